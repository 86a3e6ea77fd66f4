using System.Diagnostics.CodeAnalysis;
using SseFabric.Contracts;

namespace SseFabric.Channels.History.Redisse;

// Reading the sorted set, after each subscription.
internal sealed partial class RedisseIntake
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(100);

    private async Task LoadAsync()
    {
        var began = time.GetTimestamp();
        var isAway = false;
        while (true)
        {
            int subscriptions;
            lock (_lock)
            {
                subscriptions = _subscriptions;
            }

            RedisseSet? set = null;
            try
            {
                set = await store.LoadAsync(core.Name);
            }
            catch (HistoryStoreException exception) when (!exception.IsRefusal && time.GetElapsedTime(began) < s_patience)
            {
                if (!isAway)
                {
                    isAway = true;
                    Log.Away(logger, core.Name, exception.Message);
                }

                await Task.Delay(s_retry, time);
                continue;
            }
            catch (HistoryStoreException exception)
            {
                Log.Unreadable(logger, core.Name, store.Description, exception.Message);
            }

            lock (_lock)
            {
                // Subscribed anew meanwhile: what was missed before that may have come after the read.
                if (subscriptions == _subscriptions || _isClosed)
                {
                    Loaded(set);
                    return;
                }
            }
        }
    }

    private void Loaded(RedisseSet? set)
    {
        Degrade(set is null);
        if (set is not null && !core.HasBegun)
        {
            Restore(set);
        }
        else if (core.HasBegun && !IsUnbroken(set))
        {
            core.BeginEpoch(0);
        }

        foreach (var frame in set?.Frames ?? [])
        {
            var digest = KnownFrames.Digest(frame);
            if (!_known.Contains(digest) && TryRead(frame, out var offered))
            {
                Accept(offered, digest, isExpected: true);
            }
        }

        _counter = set?.Counter ?? _counter;
        if (!_isLost)
        {
            core.Heard();
        }

        while (_held.TryDequeue(out var held))
        {
            Accept(held);
            gate?.Release(PublishedEvent.SizeOf(held));
        }

        _isLoading = false;
    }

    /// <summary>The history as it was found, before anybody has had anything of the channel.</summary>
    private void Restore(RedisseSet set)
    {
        var epoch = core.Head.Epoch;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var events = new List<PublishedEvent>(set.Frames.Count);

        // The place before the first stands for what was trimmed.
        var trimmed = set.IsFull ? new Cursor(epoch, 1) : default;
        foreach (var frame in set.Frames)
        {
            if (TryRead(frame, out var offered))
            {
                var cursor = new Cursor(epoch, trimmed.Offset + events.Count + 1);
                events.Add(new PublishedEvent(cursor, now, offered));
                _known.Add(KnownFrames.Digest(frame), cursor, isExpected: true);
            }
        }

        var head = new Cursor(epoch, trimmed.Offset + events.Count);
        core.Restore(new HistoryPage(ResumeOutcome.Exact, events, head, trimmed, []));
    }

    /// <summary>Whether the set holds all that was published since the source was heard last.</summary>
    private bool IsUnbroken([NotNullWhen(true)] RedisseSet? set)
    {
        if (set is null)
        {
            return false;
        }

        if (set.Counter < _counter)
        {
            // Redis has come back empty.
            _known.Clear();
            return false;
        }

        return set.Frames.Any(frame => _known.Contains(KnownFrames.Digest(frame))) || (_known.IsEmpty && !set.IsFull);
    }

    // What somebody else has put there.
    private bool TryRead(byte[] frame, out NewEvent offered)
    {
        offered = core.Read(frame);
        return offered.IsFrame;
    }
}
