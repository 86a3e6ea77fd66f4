using SseFabric.Contracts;

namespace SseFabric.Channels.History.Recording;

// The loop: one thing after the other, in the order in which they came in.
internal sealed partial class RecordedIntake
{
    private const int MaxEventsAnAppend = 512;
    private const long MaxBytesAnAppend = 1 << 20;

    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(250);

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private long _number;
    private bool _isAway;

    private async Task RunAsync()
    {
        while (!_isClosed)
        {
            if (!await OpenAsync(CancellationToken.None))
            {
                await PauseAsync();
                continue;
            }

            var batch = TakeBatch();
            if (batch.Count == 0)
            {
                return;
            }

            switch (batch[0])
            {
                case BoundaryEntry boundary:
                    await PassAsync(boundary);
                    break;
                case LookEntry:
                    await CatchUpAsync();
                    break;
                default:
                    await RecordAsync(batch);
                    break;
            }

            Release(batch);
        }
    }

    /// <summary>What is appended at once, or a single entry of another kind; nothing, and the loop is over.</summary>
    private List<IntakeEntry> TakeBatch()
    {
        lock (_lock)
        {
            var batch = new List<IntakeEntry>();
            var (events, bytes) = (0, 0L);
            while (events < MaxEventsAnAppend && bytes < MaxBytesAnAppend && _waiting.TryPeek(out var next))
            {
                var isRecorded = next is MessageEntry or PublishEntry;
                if (batch.Count > 0 && !isRecorded)
                {
                    break;
                }

                batch.Add(_waiting.Dequeue());
                if (!isRecorded)
                {
                    break;
                }

                events += next is PublishEntry publish ? publish.Events.Count : 1;
                bytes += next.Size;
            }

            _isRunning = batch.Count > 0;
            return batch;
        }
    }

    private void Release(List<IntakeEntry> batch)
    {
        var size = batch.Sum(entry => entry.Size);
        lock (_lock)
        {
            _waitingBytes -= size;
        }

        gate?.Release(size);
    }

    private async Task RecordAsync(List<IntakeEntry> batch)
    {
        var entries = batch.FindAll(entry => entry.TryTake() && !WasUnrecorded(entry));
        if (entries.Count == 0)
        {
            return;
        }

        if (_isDegraded && time.GetTimestamp() < _askAgainAt)
        {
            await AcceptUnrecordedAsync(entries);
            return;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var append = new HistoryAppend(core.Head, _owner, ++_number, now, entries.ConvertAll(Publish));
        while (true)
        {
            try
            {
                await AcceptAsync(entries, append, await store.AppendAsync(core.Name, append));
                return;
            }
            catch (HistoryStoreException exception) when (exception.IsRefusal)
            {
                await DegradeAsync(exception);
                await AcceptUnrecordedAsync(entries);
                return;
            }
            catch (HistoryStoreException exception)
            {
                Away(exception);
                if (_isClosed)
                {
                    entries.OfType<PublishEntry>().ToList().ForEach(publish => publish.Complete(PublishResult.Refused(PublishOutcome.Unavailable)));
                    return;
                }

                await PauseAsync();
            }
        }
    }

    private async Task AcceptAsync(List<IntakeEntry> entries, HistoryAppend append, IReadOnlyList<AppendedPublish> appended)
    {
        Reached();
        var numbered = new List<PublishedEvent>();
        var results = new PublishResult[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            var cursor = appended[i].Position;
            if (!appended[i].IsRepeat)
            {
                foreach (var offered in append.Publishes[i].Events)
                {
                    cursor = cursor with { Offset = cursor.Offset + 1 };
                    numbered.Add(new PublishedEvent(cursor, append.At, offered));
                }
            }

            results[i] = new PublishResult(PublishOutcome.Accepted, cursor, 0, appended[i].IsRepeat);
        }

        if (numbered.Count > 0 && !numbered[0].Cursor.Follows(core.Head))
        {
            // Somebody else has appended in between.
            await CatchUpAsync();
        }

        core.AcceptNumbered(numbered);

        // Whoever has the answer finds the events in the channel.
        for (var i = 0; i < entries.Count; i++)
        {
            (entries[i] as PublishEntry)?.Complete(results[i]);
        }
    }

    private async Task CatchUpAsync()
    {
        while (!_isClosed)
        {
            try
            {
                if ((await store.ReadAsync(core.Name, core.Head)).Page is { } page)
                {
                    core.AcceptNumbered(page.Events);
                }

                Reached();
                return;
            }
            catch (HistoryStoreException exception) when (exception.IsRefusal)
            {
                await DegradeAsync(exception);
                return;
            }
            catch (HistoryStoreException exception)
            {
                Away(exception);
                await PauseAsync();
            }
        }
    }

    private void Away(HistoryStoreException exception)
    {
        if (!_isAway)
        {
            _isAway = true;
            Log.Away(logger, core.Name, exception.Message);
        }
    }

    private Task PauseAsync() => Task.Delay(s_retry, time);

    private static AppendPublish Publish(IntakeEntry entry) => entry switch
    {
        PublishEntry publish => new AppendPublish(publish.Events, publish.IdempotencyKey),
        MessageEntry message => new AppendPublish([message.Event], null),
        _ => throw new InvalidOperationException($"a {entry.GetType().Name} isn't recorded"),
    };
}
