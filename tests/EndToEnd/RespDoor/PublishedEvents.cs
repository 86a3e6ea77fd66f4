using System.Collections.Concurrent;
using System.Text;
using SseFabric.Contracts;

namespace SseFabric.EndToEnd.RespDoor;

/// <summary>A fabric that keeps what is published and has three subscribers.</summary>
internal sealed class PublishedEvents : IChannelFabric
{
    private readonly ConcurrentQueue<string> _published = [];

    public IReadOnlyCollection<string> Published => _published;

    public ValueTask<PublishResult> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken)
    {
        foreach (var published in events)
        {
            _published.Enqueue($"{channel}={Encoding.UTF8.GetString(published.Data.Span)}");
        }

        return new(new PublishResult(PublishOutcome.Accepted, default, 3));
    }

    public void UseSink(IFeedSink sink) => throw new NotSupportedException();

    public ValueTask<AttachResult> AttachAsync(ChannelName channel, long lastKnownEpoch, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DetachAsync(ChannelName channel) => throw new NotSupportedException();

    public void ReportSubscribers(ChannelName channel, int count) => throw new NotSupportedException();

    public ValueTask<HistoryPage?> ReadHistoryAsync(ChannelName channel, Cursor? after, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
