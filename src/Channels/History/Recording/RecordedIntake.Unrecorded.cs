using SseFabric.Contracts;

namespace SseFabric.Channels.History.Recording;

// While the store refuses: events are numbered here, and recorded nowhere.
internal sealed partial class RecordedIntake
{
    private static readonly TimeSpan s_degradedRetry = TimeSpan.FromSeconds(1);

    private bool _isDegraded;
    private long _askAgainAt;

    private async Task AcceptUnrecordedAsync(List<IntakeEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry is PublishEntry publish)
            {
                var recorded = await FindAsync(publish.IdempotencyKey);
                publish.Complete(recorded is { } last ? Repeat(last) : core.Publish(publish.Events, publish.IdempotencyKey));
                metrics.Unrecorded(recorded is null ? publish.Events.Count : 0);
            }
            else if (entry is MessageEntry message)
            {
                core.Accept(message.Event);
                metrics.Unrecorded(1);
            }
        }
    }

    /// <summary>What a store that takes nothing remembers of a key, if it answers at all.</summary>
    private async Task<Cursor?> FindAsync(string? idempotencyKey)
    {
        try
        {
            return idempotencyKey is null ? null : await store.FindAsync(core.Name, idempotencyKey);
        }
        catch (HistoryStoreException)
        {
            return null;
        }
    }

    /// <summary>Whether it repeats a publish that the store has refused: its key is known here alone. It is answered.</summary>
    private bool WasUnrecorded(IntakeEntry entry)
    {
        if (entry is not PublishEntry { IdempotencyKey: { } key } publish || core.Find(key) is not { } last)
        {
            return false;
        }

        publish.Complete(Repeat(last));
        return true;
    }

    private async Task DegradeAsync(HistoryStoreException exception)
    {
        _askAgainAt = time.GetTimestamp() + (long)(s_degradedRetry.TotalSeconds * time.TimestampFrequency);
        if (Interlocked.Exchange(ref _isDegraded, true))
        {
            return;
        }

        metrics.Degraded(1);
        Log.Refused(logger, core.Name, store.Description, exception.Message);
        try
        {
            // Positions are given out from here on that the store doesn't know: the next owner must not go on from where the store stands.
            await store.ForgetMarkAsync(core.Name);
        }
        catch (HistoryStoreException refused)
        {
            Log.MarkStays(logger, core.Name, refused.Message);
        }
    }

    private void Reached()
    {
        _isAway = false;
        if (Interlocked.Exchange(ref _isDegraded, false))
        {
            metrics.Degraded(-1);
            Log.Recovered(logger, core.Name, store.Description);
        }
    }

    private static PublishResult Repeat(Cursor last) => new(PublishOutcome.Accepted, last, 0, IsRepeat: true);
}
