using System.Collections.Concurrent;
using System.Text;
using SseFabric.Contracts;

namespace SseFabric.Unit.RespDoor;

/// <summary>Keeps what is published, batch by batch, and answers as it is told.</summary>
internal sealed class RecordingFabric : IChannelFabric
{
    private readonly ConcurrentQueue<(string Channel, IReadOnlyList<NewEvent> Events)> _batches = [];

    public Func<string, IReadOnlyList<NewEvent>, PublishResult> Answer { get; set; } = (_, _) => Accepted(0);

    /// <summary>What a publish waits for.</summary>
    public Task Pause { get; set; } = Task.CompletedTask;

    /// <summary>Completes with the first publish.</summary>
    public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyCollection<(string Channel, IReadOnlyList<NewEvent> Events)> Batches => _batches;

    /// <summary>Channel and data of each event, in order.</summary>
    public IEnumerable<string> Published =>
        _batches.SelectMany(batch => batch.Events.Select(published => $"{batch.Channel}={Encoding.UTF8.GetString(published.Data.Span)}"));

    public static PublishResult Accepted(int subscribers) => new(PublishOutcome.Accepted, default, subscribers);

    public async ValueTask<PublishResult> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken)
    {
        Began.TrySetResult();
        await Pause;
        var result = Answer(channel.Value, events);
        if (result.Outcome == PublishOutcome.Accepted)
        {
            _batches.Enqueue((channel.Value, events));
        }

        return result;
    }

    public ValueTask<DisconnectResult> DisconnectAsync(Disconnection disconnection, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public void UseSink(IFeedSink sink) => throw new NotSupportedException();

    public ValueTask<AttachResult> AttachAsync(ChannelName channel, long lastKnownEpoch, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DetachAsync(ChannelName channel) => throw new NotSupportedException();

    public void ReportSubscribers(ChannelName channel, int count) => throw new NotSupportedException();

    public ValueTask<HistoryPage?> ReadHistoryAsync(ChannelName channel, Cursor? after, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
