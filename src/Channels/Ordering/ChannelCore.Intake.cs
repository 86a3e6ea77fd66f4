using SseFabric.Channels.Formats;
using SseFabric.Contracts;

namespace SseFabric.Channels.Ordering;

// The channel as the intake of its own source, where nothing records it.
public sealed partial class ChannelCore
{
    /// <inheritdoc/>
    public ValueTask<bool> OpenAsync(CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    public ValueTask<bool> SettleAsync(long lastKnownEpoch, CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    public ValueTask<PublishResult> PublishAsync(IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken) =>
        new(Publish(events, idempotencyKey));

    /// <inheritdoc/>
    public ValueTask<bool> ContinueAsync(Cursor head, CancellationToken cancellationToken)
    {
        Heard();
        return new(true);
    }

    /// <inheritdoc/>
    public Task<bool> CloseAsync() => Task.FromResult(true);

    /// <inheritdoc/>
    public void OnMessage(ReadOnlyMemory<byte> payload) => Accept(Read(payload));

    /// <inheritdoc/>
    public void OnOversized(long length) => Accept(Payload.Rejected);

    /// <inheritdoc/>
    public void OnLost()
    {
        FeedLane[] woken;
        lock (_lock)
        {
            _source = SourceState.Lost;
            woken = BeatLanes();
        }

        Wake(woken);
    }

    /// <inheritdoc/>
    public void OnSubscribed()
    {
        FeedLane[] woken;
        lock (_lock)
        {
            // What the source brings now can't be joined to what was numbered, or merely heard, before.
            if (_heard || _numbering.Head.Offset > 0)
            {
                Begin(0);
            }

            _heard = true;
            _source = SourceState.Up;
            woken = BeatLanes();
        }

        Wake(woken);
    }
}
