using SseFabric.Contracts;

namespace SseFabric.Channels.History.Redisse;

// What is published by way of the fabric.
internal sealed partial class RedisseIntake
{
    private static readonly TimeSpan s_echoPatience = TimeSpan.FromSeconds(2);

    /// <summary>Who waits for a frame to come back by the source.</summary>
    private readonly Dictionary<UInt128, TaskCompletionSource<Cursor>> _echoes = [];

    /// <inheritdoc/>
    public async ValueTask<PublishResult> PublishAsync(IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (core.Check(events) is var outcome && outcome != PublishOutcome.Accepted)
        {
            return PublishResult.Refused(outcome);
        }

        var frames = events.Select(RedisseFrameParts.Of).ToArray();
        if (frames.Any(frame => RedisseArguments.MaxFrameLength(frame) > rule.MaxEventBytes))
        {
            // It would be refused when it comes back.
            return PublishResult.Refused(PublishOutcome.TooLarge);
        }

        RedissePublished published;
        try
        {
            published = await store.PublishAsync(core.Name, frames, idempotencyKey).WaitAsync(cancellationToken);
        }
        catch (HistoryStoreException exception)
        {
            Log.Unpublished(logger, core.Name, exception.Message);
            return PublishResult.Refused(exception.Message.Contains("OOM", StringComparison.Ordinal) ? PublishOutcome.Overloaded : PublishOutcome.Unavailable);
        }

        if (!published.IsRecorded)
        {
            metrics.Unrecorded(frames.Length);
        }

        lock (_lock)
        {
            if (!_isClosed && Degrade(!published.IsRecorded) && !published.IsRecorded)
            {
                Log.Unrecorded(logger, core.Name, store.Description);
            }
        }

        var last = published.IsRepeat ? core.Head : await EchoAsync(frames[^1].WithId(published.Last), cancellationToken);
        return new PublishResult(PublishOutcome.Accepted, last, 0, published.IsRepeat, published.Last);
    }

    /// <summary>Waits until a frame that Redis has taken is in the channel, so that whoever has the answer finds it there.</summary>
    private async Task<Cursor> EchoAsync(byte[] frame, CancellationToken cancellationToken)
    {
        TaskCompletionSource<Cursor> echo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var digest = KnownFrames.Digest(frame);
        lock (_lock)
        {
            // With nobody listening it won't come, and the next subscription reads it.
            if (_subscriptions == 0 || _isLost || _isClosed)
            {
                return core.Head;
            }

            if (_known.TryFind(digest, out var cursor))
            {
                return cursor;
            }

            _echoes.Add(digest, echo);
        }

        try
        {
            return await echo.Task.WaitAsync(s_echoPatience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is in the history all the same.
            return core.Head;
        }
        finally
        {
            lock (_lock)
            {
                _echoes.Remove(digest);
            }
        }
    }

    private void Arrived(UInt128 digest, Cursor cursor)
    {
        if (_echoes.Count > 0 && _echoes.TryGetValue(digest, out var echo))
        {
            echo.TrySetResult(cursor);
        }
    }
}
