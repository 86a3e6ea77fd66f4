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

    private readonly List<(ChannelSet Set, FrameBlock Block)>?[] _walks;

    /// <summary>Has the subscribers of a set given a block, on all loops that have some.</summary>
    private void Give(ChannelSet set, FrameBlock block)
    {
        for (var i = 0; i < set.Counts.Length; i++)
        {
            if (set.Counts[i] > 0)
            {
                (_walks[i] ??= []).Add((set, block));
            }
        }
    }

    /// <summary>Posts what has been given out, before anything else is posted to the loops.</summary>
    /// <returns>Whether anybody gets anything.</returns>
    private bool PostWalks(DeliverItem? paced = null)
    {
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
            _frames.Clear();
            for (var i = 0; i < _feedItems.Count; i++)
            {
                positions[index] = _feedItems[i].Position;
                if (_bodies[i] is { } body)
                {
                    _frames.Add(format.Frame(_feedItems[i], body, set, index, positions));
                    CountGap(_feedItems[i], set.Count);
                }
            }

            if (_frames.Count > 0)
            {
                Give(set, FrameBlock.Of(CollectionsMarshal.AsSpan(_frames)));
                Metrics.FramesHandedOut((long)_frames.Count * set.Count);
            }
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

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private bool IsHandedOut => _batch == batches.Count;

        public void Execute(FanOut loop)
        {
            var events = MaxSliceEvents;
            long bytes = Math.Min(MaxSliceBytes, loop._options.MaxQueuedBytes / 4);
            while (!IsHandedOut && events > 0 && bytes > 0)
            {
                loop.Deliver(TakeSlice(ref events, ref bytes));
            }

            if (!loop.PostWalks(this))
            {
                GoOn();
            }
        }

        /// <summary>So many loops are waited for.</summary>
        public void Await(int loops) => _awaited = loops;

        public void Taken()
        {
            if (Interlocked.Decrement(ref _awaited) == 0)
            {
                GoOn();
            }
        }

        private void GoOn()
        {
            if (IsHandedOut)
            {
                Done.SetResult();
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
