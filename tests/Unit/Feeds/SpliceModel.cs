using SseFabric.Channels.Configuration;
using SseFabric.Channels.History;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Feeds;

/// <summary>A channel, a way to the frontend that loses, repeats and reorders, and subscribers that come and go: driven by a random number generator.</summary>
internal sealed class SpliceModel
{
    private static readonly ChannelName s_channel = ChannelName.Parse("c");

    private readonly Random _random;
    private readonly ManualTime _time = new();
    private readonly HistoryOptions _bounds;
    private readonly Dictionary<Cursor, PublishedEvent> _ledger = [];
    private readonly List<EventBatch> _onTheWay = [];
    private readonly List<SpliceSubscriber> _subscribers = [];
    private readonly List<Cursor> _seen = [];
    private readonly List<FeedItem> _items = [];
    private readonly HistoryRing _owner;
    private readonly FeedSequence _sequence;
    private HistoryPage? _page;
    private HistoryPage? _ghost;
    private bool _mustRead;

    public SpliceModel(Random random)
    {
        _random = random;
        _bounds = new HistoryOptions { Count = random.Next(0, 30), MaxBytes = random.Next(0, 8000), MaxAge = TimeSpan.FromSeconds(random.Next(0, 100)) };
        _owner = new HistoryRing(_bounds, _time, new Cursor(1, 0));
        for (var left = random.Next(20); left > 0; left--)
        {
            Change();
        }

        // A page of an owner that was replaced before the attach; who reads from it learns nothing.
        _ghost = random.Next(4) == 0 ? _owner.ReadAfter(null) : null;
        if (_ghost is not null)
        {
            _owner.BeginEpoch(_owner.Head.Epoch + 1);
        }

        _onTheWay.Clear();
        _sequence = new FeedSequence(_bounds, _time, _owner.Head);
        for (var left = random.Next(5); left > 0; left--)
        {
            Change();
        }
    }

    public void Run(int steps)
    {
        for (; steps > 0; steps--)
        {
            Step();
        }

        Settle();
        foreach (var subscriber in _subscribers)
        {
            subscriber.VerifyEnd(_owner.Head);
        }
    }

    private void Step()
    {
        switch (_random.Next(12))
        {
            case < 4:
                Change();
                break;
            case < 7:
                Arrive();
                break;
            case 7:
                _onTheWay.Add(new EventBatch(s_channel, [], _owner.Head));
                break;
            case 8:
                _mustRead = true;
                break;
            case 9:
                _page ??= Read();
                break;
            case 10:
                Apply();
                break;
            default:
                Join();
                break;
        }
    }

    private void Change()
    {
        _time.Advance(TimeSpan.FromSeconds(_random.Next(4)));
        if (_random.Next(10) == 0)
        {
            _owner.BeginEpoch(_owner.Head.Epoch + _random.Next(1, 3));
            _onTheWay.Add(new EventBatch(s_channel, [], _owner.Head));
            return;
        }

        var events = new List<PublishedEvent>();
        for (var left = _random.Next(1, 6); left > 0; left--)
        {
            var cursor = _owner.Head with { Offset = _owner.Head.Offset + 1 };
            var offered = new NewEvent(new byte[_random.Next(200)]) { Rejected = _random.Next(20) == 0 };
            var published = new PublishedEvent(cursor, _time.GetUtcNow().ToUnixTimeMilliseconds(), offered);
            _ledger.Add(cursor, published);
            _owner.Append(published);
            events.Add(published);
        }

        _onTheWay.Add(new EventBatch(s_channel, events, events[^1].Cursor));
    }

    private void Arrive()
    {
        if (_onTheWay.Count == 0)
        {
            return;
        }

        var which = _random.Next(3) == 0 ? _random.Next(_onTheWay.Count) : 0;
        var batch = _onTheWay[which];
        switch (_random.Next(8))
        {
            case 0:
                _onTheWay.RemoveAt(which);
                return;
            case 1:
                break;
            default:
                _onTheWay.RemoveAt(which);
                break;
        }

        _mustRead |= !_sequence.Take(batch, _items);
        HandOut();
    }

    private HistoryPage? Read()
    {
        if (!_mustRead)
        {
            return null;
        }

        if (_ghost is not null && _random.Next(2) == 0)
        {
            var ghost = _ghost;
            _ghost = null;
            return _sequence.IsComplete ? _owner.ReadAfter(_sequence.ReadAfter) : ghost;
        }

        return _owner.ReadAfter(_sequence.ReadAfter);
    }

    private void Apply()
    {
        if (_page is null)
        {
            return;
        }

        _mustRead = !_sequence.Apply(_page, _items);
        _page = null;
        HandOut();
    }

    private void Settle()
    {
        while (_onTheWay.Count > 0)
        {
            Arrive();
        }

        _mustRead |= !_sequence.Take(new EventBatch(s_channel, [], _owner.Head), _items);
        HandOut();
        for (var reads = 0; _mustRead; reads++)
        {
            Assert.True(reads < 10, $"The reads don't end: {_sequence.Position} of {_owner.Head}.");
            _page ??= Read();
            Apply();
        }

        Assert.Equal(_owner.Head, _sequence.Position);
    }

    private void Join()
    {
        var cursor = NextCursor(out var isKnown);
        if (cursor is not null || !isKnown)
        {
            if (!_sequence.IsComplete || cursor > _sequence.Position)
            {
                // A frontend reads first, see SubscribeRequest.MustCatchUp.
                _mustRead = true;
                return;
            }
        }

        var subscriber = new SpliceSubscriber(_ledger, () => _owner.ReadAfter(null).TrimmedThrough, cursor ?? (isKnown ? _sequence.Position : null));
        _subscribers.Add(subscriber);
        if (cursor is not null || !isKnown)
        {
            foreach (var item in ResumeSequence.Build(_sequence.History.ReadAfter(cursor), cursor))
            {
                subscriber.Give(item);
            }
        }
    }

    /// <summary>Null and known: live. Null and not known: an id that can't be understood.</summary>
    private Cursor? NextCursor(out bool isKnown)
    {
        isKnown = true;
        switch (_random.Next(5))
        {
            case 0:
                return null;
            case 1:
                isKnown = false;
                return null;
            case 2:
                // An owner that died gave it out and nobody else knows of it.
                return new Cursor(_random.Next(0, (int)_owner.Head.Epoch + 1), 1_000_000 + _random.Next(10)) is var foreign && foreign.Epoch != _owner.Head.Epoch ? foreign : null;
            default:
                return _seen.Count == 0 ? null : _seen[_random.Next(_seen.Count)];
        }
    }

    private void HandOut()
    {
        foreach (var item in _items)
        {
            _seen.Add(item.Position);
            foreach (var subscriber in _subscribers)
            {
                subscriber.Give(item);
            }
        }

        _items.Clear();
    }
}
