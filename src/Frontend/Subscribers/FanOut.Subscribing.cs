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
        var outcome = new TaskCompletionSource<SubscribeOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        request.Completed = outcome.SetResult;
        Post(request);
        return outcome.Task;
    }

    /// <summary>The client is gone. Any thread; idempotent.</summary>
    public void Abandon(SubscribeRequest request) => Post(new AbandonItem(request));

    /// <summary>Takes a request as far as it gets now, or refuses it.</summary>
    public void Begin(SubscribeRequest request) => TryAdvance(request);

    private void Advance(SubscribeRequest request)
    {
        if (request.IsDone)
        {
            return;
        }

        request.Feeds ??= Array.ConvertAll(request.Channels, _acquire);
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

    /// <summary>A subscriber's loop has closed it.</summary>
    public void Left(Subscriber subscriber)
    {
        var set = subscriber.Set;
        set.Remove(subscriber);
        foreach (var feed in set.Feeds)
        {
            CountChanged(feed, -1);
        }

        if (set.Count > 0)
        {
            return;
        }

        _sets.Remove((set.Format, set.Names));
        for (var i = 0; i < set.Feeds.Length; i++)
        {
            set.Feeds[i].Remove(set, i);
            Release(set.Feeds[i]);
        }

        _drains.ForEach(drain => drain.Check(this));
    }

    private void AdvanceAll(List<SubscribeRequest> requests)
    {
        foreach (var request in requests)
        {
            if (--request.Awaited == 0)
            {
                TryAdvance(request);
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
        for (var i = 0; i < points.Length; i++)
        {
            var feed = request.Feeds[i];
            var isBehind = request.MustCatchUp(i, points[i], feed);
            if (points[i].Kind != ResumeKind.Live && (isBehind || !feed.Sequence.IsComplete))
            {
                StartRead(feed);
                feed.Waiting.Add(request);
                request.Awaited++;
            }
        }

        return request.Awaited > 0;
    }

    private void Join(SubscribeRequest request, ResumePoint[] points)
    {
        var subscriber = request.Subscriber;
        var set = SetOf(request);
        subscriber.Joined(set);
        set.Add(subscriber);
        foreach (var feed in set.Feeds)
        {
            CountChanged(feed, 1);
        }

        Metrics.SubscriberOpened(subscriber.Path);
        if (points.Length == 0)
        {
            PostTo(subscriber.Loop, new DeliveryLoop.JoinItem(subscriber, set.Format.Opening(set, set.LivePositions()), missed: null));
            return;
        }

        var positions = (Cursor[])set.LivePositions().Clone();
        for (var i = 0; i < points.Length; i++)
        {
            // What is not understood counts as the very beginning: a client that is cut before it is told will be told then.
            positions[i] = points[i].Kind == ResumeKind.Live ? positions[i] : points[i].Cursor;
        }

        var (opening, missed) = set.Format.Start(set, request.LastEventId) is { } start
            ? (start.Opening, Missed(set, start, positions))
            : (set.Format.Opening(set, positions), Missed(set, points, positions));
        PostTo(subscriber.Loop, new DeliveryLoop.JoinItem(subscriber, opening, missed));
    }

    private Backlog Missed(ChannelSet set, StreamStart start, Cursor[] positions)
    {
        Metrics.FramesHandedOut(start.OpeningEvents, start.OpeningEvents == 0 ? 0 : start.Opening.Length);
        foreach (var (item, _) in start.Missed)
        {
            if (item.Event is null)
            {
                Metrics.GapTold(item.Gap);
            }
        }

        var backlog = new Backlog(set, positions, start.Missed);
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

        var backlog = new Backlog(set, positions, set.Format.Arrange(set, missed));
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
            set = new ChannelSet(request.Format, key.Item2, request.Feeds!, _loops.Count);
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

    private sealed class AbandonItem(SubscribeRequest request) : ILoopItem<FanOut>
    {
        public void Execute(FanOut loop)
        {
            request.IsAbandoned = true;
            if (request.Subscriber.IsJoined)
            {
                loop.PostTo(request.Subscriber.Loop, new DeliveryLoop.GoneItem(request.Subscriber));
            }
            else
            {
                loop.TryAdvance(request);
            }
        }
    }
}
