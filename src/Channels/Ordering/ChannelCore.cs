using SseFabric.Channels.Configuration;
using SseFabric.Channels.Formats;
using SseFabric.Channels.History;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Channels.Ordering;

/// <summary>One channel where it is owned: numbers what its source and publishers give, keeps the history, and fills the lanes of attached feeds.</summary>
/// <remarks>Any thread; one short lock, never held while a lane is woken. Knows nothing of Orleans or of the subscription that feeds it.</remarks>
public sealed class ChannelCore : IChannelSourceObserver
{
    private readonly ChannelRule _rule;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly EventNumbering _numbering;
    private readonly HistoryRing _history;
    private readonly PublishedKeys _keys;
    private FeedLane[] _lanes = [];
    private SourceState _source;
    private bool _heard;

    /// <summary>A channel without events, in a new epoch above <paramref name="lastKnownEpoch"/>.</summary>
    public ChannelCore(ChannelName name, ChannelRule rule, TimeProvider time, EpochClock epochs, long lastKnownEpoch)
    {
        Name = name;
        _rule = rule;
        _time = time;
        _numbering = new EventNumbering(epochs, lastKnownEpoch);
        _history = new HistoryRing(rule.History, time, _numbering.Head);
        _keys = new PublishedKeys(time);
    }

    /// <summary>The channel.</summary>
    public ChannelName Name { get; }

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

    /// <summary>Numbers events in this order without another's between. Refuses all of them if one is too large, or of a type that would break its frame.</summary>
    /// <param name="events">One or more.</param>
    /// <param name="idempotencyKey">Names this publish, so that a second one with the same key publishes nothing; null: none.</param>
    /// <param name="subscribers">What the result says of the subscribers.</param>
    public PublishResult Publish(IReadOnlyList<NewEvent> events, string? idempotencyKey, int subscribers)
    {
        foreach (var offered in events)
        {
            if (offered.Data.Length > _rule.MaxEventBytes)
            {
                return PublishResult.Refused(PublishOutcome.TooLarge);
            }

            if (!NewEvent.IsValidType(offered.Type))
            {
                return PublishResult.Refused(PublishOutcome.BadFormat);
            }
        }

        PublishResult result;
        FeedLane[]? woken = null;
        lock (_lock)
        {
            if (idempotencyKey is not null && _keys.TryFind(idempotencyKey, out var last))
            {
                return new PublishResult(PublishOutcome.Accepted, last, subscribers, IsRepeat: true);
            }

            if (idempotencyKey is not null && !_keys.HasRoom)
            {
                return PublishResult.Refused(PublishOutcome.Overloaded);
            }

            foreach (var offered in events)
            {
                woken = Number(offered, woken);
            }

            result = new PublishResult(PublishOutcome.Accepted, _numbering.Head, subscribers);
            if (idempotencyKey is not null)
            {
                _keys.Add(idempotencyKey, result.Last);
            }
        }

        Wake(woken);
        return result;
    }

    /// <summary>Attaches a lane, which gets every event after the returned position.</summary>
    public Cursor Attach(FeedLane lane, long lastKnownEpoch)
    {
        lock (_lock)
        {
            if (lastKnownEpoch > _numbering.Head.Epoch)
            {
                // A former owner's clock was ahead: subscribers already hold cursors above ours.
                BeginEpoch(lastKnownEpoch);
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

    /// <inheritdoc/>
    public void OnMessage(ReadOnlyMemory<byte> payload) => Accept(Payload.Read(_rule, payload));

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
                BeginEpoch(0);
            }

            _heard = true;
            _source = SourceState.Up;
            woken = BeatLanes();
        }

        Wake(woken);
    }

    private void BeginEpoch(long lastKnownEpoch) => _history.BeginEpoch(_numbering.BeginEpoch(lastKnownEpoch).Epoch);

    private void Accept(NewEvent offered)
    {
        FeedLane[]? woken;
        lock (_lock)
        {
            woken = Number(offered, null);
        }

        Wake(woken);
    }

    private FeedLane[]? Number(NewEvent offered, FeedLane[]? woken)
    {
        var published = new PublishedEvent(_numbering.Next(), _time.GetUtcNow().ToUnixTimeMilliseconds(), offered);
        _history.Append(published);
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
