using System.Runtime.InteropServices;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

// Walks: what is delivered is handed out in slices well below a subscriber's bound, each to all delivery loops in one go, and the next slice waits until
// nearly everybody has taken the one before.
internal sealed partial class FanOut
{
    private const int MaxSliceEvents = 256;
    private const int MaxSliceBytes = 256 << 10;

    private readonly Dictionary<ChannelSet, List<Frame>> _given = [];
    private readonly Stack<List<Frame>> _spare = new();
    private readonly List<(ChannelSet Set, FrameBlock Block)>?[] _walks;

    /// <summary>What the subscribers of a set are given with the next walk: all of it in one go, whatever brought it.</summary>
    private List<Frame> GivenTo(ChannelSet set)
    {
        ref var frames = ref CollectionsMarshal.GetValueRefOrAddDefault(_given, set, out _);
        return frames ??= _spare.TryPop(out var spare) ? spare : [];
    }

    /// <summary>Makes of what has been given a walk for each loop that has somebody who gets some.</summary>
    private void BeginWalks()
    {
        foreach (var (set, frames) in _given)
        {
            if (frames.Count > 0)
            {
                var block = FrameBlock.Of(CollectionsMarshal.AsSpan(frames));
                for (var i = 0; i < set.Counts.Length; i++)
                {
                    if (set.Counts[i] > 0)
                    {
                        (_walks[i] ??= []).Add((set, block));
                    }
                }

                frames.Clear();
            }

            _spare.Push(frames);
        }

        _given.Clear();
    }

    /// <summary>Posts what has been given out, before anything else is posted to the loops.</summary>
    /// <returns>Whether anybody gets anything.</returns>
    private bool PostWalks(DeliverItem? paced = null)
    {
        BeginWalks();
        var walks = _walks.AsSpan();
        var awaited = walks.Length - walks.Count((List<(ChannelSet Set, FrameBlock Block)>?)null);
        paced?.Await(awaited);
        for (var i = 0; i < walks.Length && awaited > 0; i++)
        {
            if (walks[i] is { } walk)
            {
                walks[i] = null;
                _loops[i].Post(new DeliveryLoop.WalkItem(walk, paced));
            }
        }

        return awaited > 0;
    }

    private void PostTo(DeliveryLoop loop, ILoopItem<DeliveryLoop> item)
    {
        PostWalks();
        loop.Post(item);
    }

    private void PostToAll(ILoopItem<DeliveryLoop> item)
    {
        PostWalks();
        foreach (var loop in _loops)
        {
            loop.Post(item);
        }
    }

    /// <summary>Gives what the feed's sequence has put into <see cref="_feedItems"/> to all of the feed's subscribers.</summary>
    private void HandOut(ChannelFeed feed)
    {
        if (_feedItems.Count == 0)
        {
            return;
        }

        foreach (var group in feed.Groups)
        {
            HandOut(feed, group);
        }

        foreach (var item in _feedItems)
        {
            if (item.Event is null)
            {
                LogGap(feed.Channel, item.Gap, item.Position);
            }
        }

        _feedItems.Clear();
    }

    private void HandOut(ChannelFeed feed, FormatGroup group)
    {
        var format = group.Format;
        _bodies.Clear();
        foreach (var item in _feedItems)
        {
            format.GivenOut(feed, item);
            _bodies.Add(item.Event is { } published ? format.Body(feed, published) : format.Gap(feed, item));
        }

        foreach (var (set, index) in group.Sets)
        {
            var positions = set.LivePositions();
            var frames = GivenTo(set);
            var (count, size) = (frames.Count, 0L);
            for (var i = 0; i < _feedItems.Count; i++)
            {
                positions[index] = _feedItems[i].Position;
                if (_bodies[i] is { } body)
                {
                    frames.Add(format.Frame(_feedItems[i], body, set, index, positions));
                    size += frames[^1].Length;
                    CountGap(_feedItems[i], set.Count);
                }
            }

            Metrics.FramesHandedOut((long)(frames.Count - count) * set.Count, size * set.Count);
        }
    }

    private void CountGap(in FeedItem item, int subscribers)
    {
        if (item.Event is null)
        {
            Metrics.GapTold(item.Gap, subscribers);
        }
    }

    /// <summary>A delivery on its way to the subscribers.</summary>
    private sealed class DeliverItem(FanOut fanOut, IReadOnlyList<EventBatch> batches) : ILoopItem<FanOut>, DeliveryLoop.IPaced
    {
        private int _batch;
        private int _event;
        private int _awaited;
        private long _oldest;

        /// <summary>Who waits goes on where the last subscriber was served: it has the next delivery at hand, and no thread has to be woken for it.</summary>
        public TaskCompletionSource Done { get; } = new();

        private bool IsHandedOut => _batch == batches.Count;

        public void Execute(FanOut loop)
        {
            _oldest = long.MaxValue;
            var events = MaxSliceEvents;
            long bytes = Math.Min(MaxSliceBytes, loop._options.MaxQueuedBytes / 4);
            while (!IsHandedOut && events > 0 && bytes > 0)
            {
                var slice = TakeSlice(ref events, ref bytes);
                _oldest = slice.Events.Count > 0 ? Math.Min(_oldest, slice.Events[0].AcceptedAt) : _oldest;
                loop.Deliver(slice);
            }

            if (!loop.PostWalks(this))
            {
                GoOn();
            }
        }

        public void Fail(FanOut loop, Exception exception)
        {
            _batch = batches.Count;
            Done.TrySetResult();
            foreach (var batch in batches)
            {
                if (loop._feeds.TryGetValue(batch.Channel, out var feed))
                {
                    loop.GiveUp(feed);
                }
            }
        }

        /// <summary>So many loops are waited for.</summary>
        public void Await(int loops) => _awaited = loops;

        public void Taken()
        {
            if (Interlocked.Decrement(ref _awaited) == 0)
            {
                try
                {
                    fanOut.Metrics.Delivered(_oldest);
                }
                finally
                {
                    GoOn();
                }
            }
        }

        private void GoOn()
        {
            if (IsHandedOut)
            {
                Done.TrySetResult();
            }
            else
            {
                fanOut.Post(this);
            }
        }

        private EventBatch TakeSlice(ref int events, ref long bytes)
        {
            var batch = batches[_batch];
            var from = _event;
            while (_event < batch.Events.Count && events > 0 && bytes > 0)
            {
                events--;
                bytes -= batch.Events[_event++].Size;
            }

            if (_event < batch.Events.Count)
            {
                return batch with { Events = Range(batch, from), Head = batch.Events[_event - 1].Cursor };
            }

            // A beat costs as much as an event.
            events--;
            var slice = from == 0 ? batch : batch with { Events = Range(batch, from) };
            (_batch, _event) = (_batch + 1, 0);
            return slice;
        }

        private PublishedEvent[] Range(EventBatch batch, int from)
        {
            var range = new PublishedEvent[_event - from];
            for (var i = 0; i < range.Length; i++)
            {
                range[i] = batch.Events[from + i];
            }

            return range;
        }
    }
}
