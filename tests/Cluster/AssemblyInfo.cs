// A test mostly waits: for processes to start, and to be taken for dead. So a few classes run side by side.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
