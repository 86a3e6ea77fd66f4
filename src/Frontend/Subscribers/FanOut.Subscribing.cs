using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Resume;

namespace SseFabric.Frontend.Subscribers;

// A request waits until all of its feeds are attached and, if it resumes, know enough of the history; then it joins all channels at one moment.
internal sealed partial class FanOut
{
    /// <summary>Joins a subscriber to its channels. Any thread.</summary>
    public Task<SubscribeOutcome> SubscribeAsync(SubscribeRequest request)
    {
        Post(request);
        return request.Outcome;
    }

    /// <summary>The client is gone. Any thread; idempotent.</summary>
    public void Abandon(SubscribeRequest request) => Post(new AbandonItem(request));

    /// <summary>Takes a request as far as it gets now.</summary>
    public void Advance(SubscribeRequest request)
    {
        if (request.IsDone)
        {
            return;
        }

        request.Feeds ??= Array.ConvertAll(request.Channels, Acquire);
        if (Refusal(request) is { } refusal)
        {
            Finish(request, refusal);
            return;
        }

        if (!MustWait(request, out var points))
        {
            Join(request, points);
            Finish(request, SubscribeOutcome.Joined);
        }
    }

    /// <summary>Ends a stream and forgets its subscriber.</summary>
    public void Close(Subscriber subscriber, CloseReason reason)
    {
        if (subscriber.IsClosed)
        {
            return;
        }

        Wheel.Remove(subscriber);
        var set = subscriber.Set;
        set.Remove(subscriber);
        foreach (var feed in set.Feeds)
        {
            CountChanged(feed, -1);
        }

        if (set.Subscribers.Count == 0)
        {
            _sets.Remove((set.Format, set.Names));
            for (var i = 0; i < set.Feeds.Length; i++)
            {
                set.Feeds[i].Remove(set, i);
                Release(set.Feeds[i]);
            }
        }

        subscriber.Close(reason);
        Metrics.SubscriberClosed(reason);
    }

    private void AdvanceAll(List<SubscribeRequest> requests)
    {
        foreach (var request in requests)
        {
            if (--request.Awaited == 0)
            {
                Advance(request);
            }
        }
    }

    private void RefuseAll(List<SubscribeRequest> requests, SubscribeOutcome outcome)
    {
        foreach (var request in requests.Where(request => !request.IsDone))
        {
            Finish(request, outcome);
        }
    }

    private SubscribeOutcome? Refusal(SubscribeRequest request)
    {
        if (request.IsAbandoned)
        {
            return SubscribeOutcome.Abandoned;
        }

        if (_isDraining)
        {
            return SubscribeOutcome.Draining;
        }

        foreach (var feed in request.Feeds!)
        {
            switch (feed.State)
            {
                case FeedState.Unavailable:
                    return SubscribeOutcome.Unavailable;
                case FeedState.SourceUnavailable:
                case FeedState.Attached when feed.Source == SourceState.Lost:
                    return SubscribeOutcome.SourceUnavailable;
                default:
                    break;
            }
        }

        return null;
    }

    private bool MustWait(SubscribeRequest request, out ResumePoint[] points)
    {
        points = [];
        foreach (var feed in request.Feeds!)
        {
            if (feed.State == FeedState.Attaching)
            {
                feed.Waiting.Add(request);
                request.Awaited = 1;
                return true;
            }
        }

        points = request.ResumePoints();
        var mustCatchUp = false;
        for (var i = 0; i < points.Length; i++)
        {
            var feed = request.Feeds[i];
            var isBehind = request.MustCatchUp(points[i], feed);
            mustCatchUp |= isBehind;
            if (points[i].Kind != ResumeKind.Live && (isBehind || !feed.Sequence.IsComplete))
            {
                StartRead(feed);
                feed.Waiting.Add(request);
                request.Awaited++;
            }
        }

        if (mustCatchUp)
        {
            request.CaughtUp();
        }

        return request.Awaited > 0;
    }

    private void Join(SubscribeRequest request, ResumePoint[] points)
    {
        var subscriber = request.Subscriber;
        var set = SetOf(request);
        subscriber.Joined(this, set);
        subscriber.HeartbeatTicks = HeartbeatTicks(subscriber);
        subscriber.SteadySince = set.Format.Behaviour.HeartbeatIsSteady ? Wheel.Now : null;
        set.Add(subscriber);
        foreach (var feed in set.Feeds)
        {
            CountChanged(feed, 1);
        }

        Metrics.SubscriberOpened();
        if (subscriber.IsPoll)
        {
            BeginPoll(subscriber);
        }
        else if (_options.MaxAge is { } maxAge)
        {
            subscriber.EndTick = Wheel.Now + Wheel.TicksIn(maxAge * (0.8 + (0.2 * Random.Shared.NextDouble())));
            subscriber.EndReason = CloseReason.MaxAge;
        }

        BeginExpiry(subscriber);
        if (RevocationOf(subscriber) is { } revocation)
        {
            // While it waited for its channels: it is given nothing of them.
            Revoke(subscriber, revocation);
            return;
        }

        var positions = (Cursor[])set.LivePositions().Clone();
        for (var i = 0; i < points.Length; i++)
        {
            // What is not understood counts as the very beginning: a client that is cut before it is told will be told then.
            positions[i] = points[i].Kind == ResumeKind.Live ? positions[i] : points[i].Cursor;
        }

        if (set.Format.Start(set, request.LastEventId) is { } start)
        {
            Metrics.FramesHandedOut(start.OpeningEvents, start.OpeningEvents == 0 ? 0 : start.Opening.Length);
            subscriber.Begin(start.Opening, Missed(set, start, positions));
        }
        else
        {
            subscriber.Begin(set.Format.Opening(set, positions), Missed(set, points, positions));
        }

        if (!subscriber.IsClosed)
        {
            Wheel.Place(subscriber);
        }
    }

    private Backlog Missed(ChannelSet set, StreamStart start, Cursor[] positions)
    {
        foreach (var (item, _) in start.Missed)
        {
            if (item.Event is null)
            {
                Metrics.GapTold(item.Gap);
            }
        }

        var backlog = new Backlog(set, positions, start.Missed, _sharedBodies);
        Metrics.FramesHandedOut(backlog.Count, bytes: 0);
        return backlog;
    }

    private Backlog Missed(ChannelSet set, ResumePoint[] points, Cursor[] positions)
    {
        var missed = new List<(FeedItem Item, int Channel)>();
        for (var i = 0; i < points.Length; i++)
        {
            if (points[i].Kind != ResumeKind.Live)
            {
                missed.AddRange(Missed(set.Feeds[i], points[i]).Select(item => (item, i)));
            }
        }

        var backlog = new Backlog(set, positions, set.Format.Arrange(set, missed), _sharedBodies);
        Metrics.FramesHandedOut(backlog.Count, bytes: 0);
        return backlog;
    }

    private List<FeedItem> Missed(ChannelFeed feed, ResumePoint point)
    {
        Cursor? from = point.Kind == ResumeKind.At ? point.Cursor : null;
        var items = ResumeSequence.Build(feed.Sequence.History.ReadAfter(from), from);
        foreach (var item in items)
        {
            if (item.Event is null)
            {
                Metrics.GapTold(item.Gap);
            }
        }

        Metrics.Resumed(items.Count > 0 && items[0].Event is null ? items[0].Gap : null);
        return items;
    }

    private ChannelSet SetOf(SubscribeRequest request)
    {
        var key = (request.Format, ChannelSet.NamesOf(request.Channels));
        if (!_sets.TryGetValue(key, out var set))
        {
            set = new ChannelSet(request.Format, key.Item2, request.Feeds!);
            _sets.Add(key, set);
            for (var i = 0; i < set.Feeds.Length; i++)
            {
                set.Feeds[i].Add(set, i);
                set.Feeds[i].Users++;
            }
        }

        return set;
    }

    private void Finish(SubscribeRequest request, SubscribeOutcome outcome)
    {
        request.Complete(outcome);
        foreach (var feed in request.Feeds!)
        {
            Release(feed);
        }
    }

    private sealed class AbandonItem(SubscribeRequest request) : ILoopItem
    {
        public void Execute(FanOut loop)
        {
            request.IsAbandoned = true;
            if (request.Subscriber.IsJoined)
            {
                loop.Close(request.Subscriber, CloseReason.ClientGone);
            }
            else
            {
                loop.Advance(request);
            }
        }
    }
}
