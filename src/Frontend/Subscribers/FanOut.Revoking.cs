using SseFabric.Contracts;

namespace SseFabric.Frontend.Subscribers;

// Streams that are ended before their time.
internal sealed partial class FanOut
{
    /// <inheritdoc/>
    public ValueTask<int> DisconnectAsync(Disconnection disconnection)
    {
        if (disconnection.TokenId is { } id)
        {
            _revoked.Add(id);
        }

        var item = new DisconnectItem(disconnection);
        Post(item);
        return new ValueTask<int>(item.Done.Task);
    }

    private sealed class DisconnectItem(Disconnection disconnection) : ILoopItem<FanOut>
    {
        private int _awaited;
        private int _ended;

        public TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute(FanOut loop)
        {
            ChannelSet[] sets = disconnection.Channel is { } channel && loop._feeds.TryGetValue(channel, out var feed)
                ? [.. feed.Groups.SelectMany(group => group.Sets).Select(entry => entry.Set)]
                : [];
            _awaited = loop._loops.Count;
            loop.PostToAll(new DeliveryLoop.DisconnectItem(sets, disconnection.TokenId, Ended));
        }

        private void Ended(int streams)
        {
            Interlocked.Add(ref _ended, streams);
            if (Interlocked.Decrement(ref _awaited) == 0)
            {
                Done.SetResult(_ended);
            }
        }
    }
}
