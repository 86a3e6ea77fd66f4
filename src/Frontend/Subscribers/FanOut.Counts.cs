using SseFabric.Contracts;

namespace SseFabric.Frontend.Subscribers;

// What the loop can tell of its subscribers.
internal sealed partial class FanOut
{
    /// <summary>How many subscribers of this process each channel has, without those that have none. Any thread.</summary>
    public Task<IReadOnlyList<(ChannelName Channel, int Subscribers)>> CountAsync()
    {
        var item = new CountItem();
        Post(item);
        return item.Done.Task;
    }

    private sealed class CountItem : ILoopItem<FanOut>
    {
        public TaskCompletionSource<IReadOnlyList<(ChannelName Channel, int Subscribers)>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute(FanOut loop) =>
            Done.SetResult([.. loop._feeds.Values.Where(feed => feed.SubscriberCount > 0).Select(feed => (feed.Channel, feed.SubscriberCount))]);
    }
}
