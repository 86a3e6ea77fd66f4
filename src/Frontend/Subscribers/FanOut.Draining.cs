namespace SseFabric.Frontend.Subscribers;

// The drain: nobody comes any more, and those who are there go.
internal sealed partial class FanOut
{
    private readonly List<DrainItem> _drains = [];
    private bool _isDraining;

    /// <summary>Refuses new subscribers and closes those there are, spread over <paramref name="window"/>. Any thread.</summary>
    /// <returns>Completes when the last one has been told to end.</returns>
    public Task DrainAsync(TimeSpan window)
    {
        var item = new DrainItem(window);
        Post(item);
        return item.Done.Task;
    }

    private sealed class DrainItem(TimeSpan window) : ILoopItem<FanOut>
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute(FanOut loop)
        {
            loop._isDraining = true;
            loop._drains.Add(this);
            loop.PostToAll(new DeliveryLoop.DrainItem(window));
            Check(loop);
        }

        public void Check(FanOut loop)
        {
            if (loop._sets.Count == 0)
            {
                Done.TrySetResult();
            }
        }
    }
}
