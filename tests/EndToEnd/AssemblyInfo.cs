// Each class runs processes of its own and some measure time or memory: side by side they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
