// A test mostly waits: for a process to start, for a clock. So a few classes run side by side; those that would notice are in the collection Alone.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
