using SseFabric.Channels.Configuration;
using SseFabric.Channels.Formats;
using SseFabric.Channels.History;
using SseFabric.Channels.Stats;
using SseFabric.Contracts;

namespace SseFabric.Channels.Ordering;

/// <summary>One channel where it is owned: numbers what its source and publishers give, keeps the history, and fills the lanes of attached feeds.</summary>
/// <remarks>Any thread; one short lock, never held while a lane is woken. Knows nothing of Orleans or of the subscription that feeds it.</remarks>
public sealed partial class ChannelCore : IChannelIntake
{
    private readonly ChannelRule _rule;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly EventNumbering _numbering;
    private HistoryRing _history;
    private readonly PublishedKeys _keys;
    private FeedLane[] _lanes = [];
    private SourceState _source;
    private bool _heard;

    /// <summary>A channel without events, in a new epoch above <paramref name="lastKnownEpoch"/>.</summary>
    public ChannelCore(ChannelName name, ChannelRule rule, TimeProvider time, EpochClock epochs, long lastKnownEpoch)
    {
        Name = name;
        Traffic = new ChannelTraffic(name);
        _rule = rule;
        _time = time;
        _numbering = new EventNumbering(epochs, lastKnownEpoch);
        _history = new HistoryRing(rule.History, time, _numbering.Head);
        _keys = new PublishedKeys(time);
    }

    /// <summary>The channel.</summary>
    public ChannelName Name { get; }

    /// <summary>What is counted of the channel.</summary>
    public ChannelTraffic Traffic { get; }

    /// <summary>Whether the source can be heard.</summary>
    public SourceState Source
    {
        get
        {
            lock (_lock)
            {
                return _source;
            }
        }
    }

    /// <summary>Whether an idempotency key is remembered, for the sake of which the channel must not go yet.</summary>
    public bool RemembersKeys
    {
        get
        {
            lock (_lock)
            {
                return !_keys.IsEmpty;
            }
        }
    }

    /// <summary>Where the channel stands.</summary>
    public Cursor Head
    {
        get
        {
            lock (_lock)
            {
                return _numbering.Head;
            }
        }
    }

    /// <summary>Whether positions of the present epoch may be known to somebody: events have been numbered, or the source heard.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_lock)
            {
                return _heard || _numbering.Head.Offset > 0;
            }
        }
    }

    /// <summary>Whether events may be published; if not, why.</summary>
    public PublishOutcome Check(IReadOnlyList<NewEvent> events)
    {
        foreach (var offered in events)
        {
            if (offered.Data.Length > _rule.MaxEventBytes)
            {
                return PublishOutcome.TooLarge;
            }

            if (!NewEvent.IsValidType(offered.Type))
            {
                return PublishOutcome.BadFormat;
            }
        }

        return PublishOutcome.Accepted;
    }

    /// <summary>Numbers events in this order without another's between. Refuses all of them if one is too large, or of a type that would break its frame.</summary>
    /// <param name="events">One or more.</param>
    /// <param name="idempotencyKey">Names this publish, so that a second one with the same key publishes nothing; null: none.</param>
    public PublishResult Publish(IReadOnlyList<NewEvent> events, string? idempotencyKey)
    {
        if (Check(events) is var outcome && outcome != PublishOutcome.Accepted)
        {
            return PublishResult.Refused(outcome);
        }

        PublishResult result;
        FeedLane[]? woken = null;
        lock (_lock)
        {
            if (idempotencyKey is not null && _keys.TryFind(idempotencyKey, out var last))
            {
                return new PublishResult(PublishOutcome.Accepted, last, 0, IsRepeat: true);
            }

            if (idempotencyKey is not null && !_keys.HasRoom)
            {
                return PublishResult.Refused(PublishOutcome.Overloaded);
            }

            foreach (var offered in events)
            {
                woken = Number(offered, woken);
            }

            result = new PublishResult(PublishOutcome.Accepted, _numbering.Head, 0);
            if (idempotencyKey is not null)
            {
                _keys.Add(idempotencyKey, result.Last);
            }
        }

        Wake(woken);
        return result;
    }

    /// <summary>The position after the events that were published here with an idempotency key; null if none were.</summary>
    public Cursor? Find(string idempotencyKey)
    {
        lock (_lock)
        {
            return _keys.TryFind(idempotencyKey, out var last) ? last : null;
        }
    }

    /// <summary>Attaches a lane, which gets every event after the returned position.</summary>
    public Cursor Attach(FeedLane lane, long lastKnownEpoch)
    {
        lock (_lock)
        {
            if (lastKnownEpoch > _numbering.Head.Epoch)
            {
                // A former owner's clock was ahead: subscribers already hold cursors above ours.
                Begin(lastKnownEpoch);
            }

            if (Array.IndexOf(_lanes, lane) < 0)
            {
                _lanes = [.. _lanes, lane];
            }

            return _numbering.Head;
        }
    }

    /// <summary>Detaches a lane; what waits in it is forgotten. Idempotent.</summary>
    public void Detach(FeedLane lane)
    {
        lock (_lock)
        {
            _lanes = Array.FindAll(_lanes, other => other != lane);
            lane.Clear();
        }
    }

    /// <summary>Takes what waits in a lane, or null if nothing does: the lane's wake is called again when something does.</summary>
    public EventBatch? Take(FeedLane lane, long maxBatchBytes)
    {
        lock (_lock)
        {
            return lane.Take(Name, _numbering.Head, _source, maxBatchBytes);
        }
    }

    /// <summary>Repeats the head to every lane, so that a feed that lost the last events notices.</summary>
    public void Beat()
    {
        FeedLane[] woken;
        lock (_lock)
        {
            woken = BeatLanes();
        }

        Wake(woken);
    }

    /// <summary>Reads the history after a cursor; all of it if null.</summary>
    public HistoryPage Read(Cursor? after)
    {
        lock (_lock)
        {
            return _history.ReadAfter(after);
        }
    }

    /// <summary>Goes on from a history that was recorded elsewhere. Before anything else happens to the channel.</summary>
    public void Restore(HistoryPage recorded)
    {
        lock (_lock)
        {
            _numbering.Continue(recorded.Head);
            _history = new HistoryRing(_rule.History, _time, recorded);
            _heard = true;
        }
    }

    /// <summary>The idempotency keys that are remembered.</summary>
    public PublishedKey[] Keys()
    {
        lock (_lock)
        {
            return _keys.ToArray();
        }
    }

    /// <summary>Remembers the idempotency keys of another owner. Before anything is published here.</summary>
    public void Restore(IReadOnlyList<PublishedKey> keys)
    {
        lock (_lock)
        {
            _keys.Restore(keys);
        }
    }

    /// <summary>Takes events that were numbered elsewhere, in order; those up to the head are known already.</summary>
    public void AcceptNumbered(IEnumerable<PublishedEvent> events)
    {
        FeedLane[]? woken = null;
        lock (_lock)
        {
            foreach (var published in events)
            {
                if (published.Cursor > _numbering.Head)
                {
                    _numbering.Continue(published.Cursor);
                    woken = Add(published, woken);
                }
            }
        }

        Wake(woken);
    }

    /// <summary>Numbers one event.</summary>
    public Cursor Accept(NewEvent offered)
    {
        FeedLane[]? woken;
        Cursor cursor;
        lock (_lock)
        {
            woken = Number(offered, null);
            cursor = _numbering.Head;
        }

        Wake(woken);
        return cursor;
    }

    /// <summary>A message as the channel's format reads it.</summary>
    public NewEvent Read(ReadOnlyMemory<byte> payload) => Payload.Read(_rule, payload);

    /// <summary>Begins an epoch above the present one and <paramref name="lastKnownEpoch"/>.</summary>
    public Cursor BeginEpoch(long lastKnownEpoch)
    {
        FeedLane[] woken;
        Cursor head;
        lock (_lock)
        {
            head = Begin(lastKnownEpoch);
            woken = BeatLanes();
        }

        Wake(woken);
        return head;
    }

    /// <summary>The source is heard, and the epoch is as it should be.</summary>
    public void Heard()
    {
        FeedLane[] woken;
        lock (_lock)
        {
            _heard = true;
            _source = SourceState.Up;
            woken = BeatLanes();
        }

        Wake(woken);
    }

    private Cursor Begin(long lastKnownEpoch)
    {
        var head = _numbering.BeginEpoch(lastKnownEpoch);
        _history.BeginEpoch(head.Epoch);
        return head;
    }

    private FeedLane[]? Number(NewEvent offered, FeedLane[]? woken) =>
        Add(new PublishedEvent(_numbering.Next(), _time.GetUtcNow().ToUnixTimeMilliseconds(), offered), woken);

    private FeedLane[]? Add(PublishedEvent published, FeedLane[]? woken)
    {
        _history.Append(published);
        Traffic.Published(published.AcceptedAt);
        foreach (var lane in _lanes)
        {
            if (lane.Add(published))
            {
                // Nearly always there is one lane, or none sleeps.
                woken = woken is null ? [lane] : [.. woken, lane];
            }
        }

        return woken;
    }

    private FeedLane[] BeatLanes() => Array.FindAll(_lanes, lane => lane.Beat());

    private static void Wake(FeedLane[]? woken)
    {
        foreach (var lane in woken ?? [])
        {
            lane.Wake();
        }
    }
}
