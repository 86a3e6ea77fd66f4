using SseFabric.Contracts;

namespace SseFabric.Frontend.Subscribers;

// Back-pressure: when this process itself is what is slow, the channels wait for it rather than overflow its subscribers' queues. What is delivered is
// handed out in slices well below a queue's bound, and the next slice waits until nearly everybody has taken the one before.
internal sealed partial class FanOut
{
    /// <summary>A delivery is held back while at least one in so many subscribers hasn't taken it.</summary>
    private const int PacedShare = 16;

    private const int MaxSliceEvents = 256;
    private const int MaxSliceBytes = 256 << 10;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private readonly List<DeliverItem> _paced = [];
    private long _walk;
    private int _walked;
    private int _lagging;
    private long _lastCatchUp;

    /// <summary>The transport stopped taking what the present walk gives this subscriber.</summary>
    public void BecameBusy(Subscriber subscriber)
    {
        subscriber.BusySinceWalk = _walk;
        _lagging++;
    }

    /// <summary>A subscriber has taken all it was given, or is closed.</summary>
    public void CaughtUp(Subscriber subscriber)
    {
        // One that has been busy since before the walk is slow by itself: its queue and policy deal with it, nobody waits.
        if (subscriber.BusySinceWalk == _walk)
        {
            subscriber.BusySinceWalk = -1;
            _lagging--;
            _lastCatchUp = _time.GetTimestamp();
            EndPacing(isLate: false);
        }
    }

    private void BeginWalk()
    {
        _walk++;
        (_walked, _lagging) = (0, 0);
    }

    private void EndWalk(DeliverItem item)
    {
        _paced.Add(item);
        _lastCatchUp = _time.GetTimestamp();
        EndPacing(isLate: false);
    }

    private void EndPacing(bool isLate)
    {
        if (_paced.Count > 0 && (isLate || _lagging * PacedShare <= _walked))
        {
            foreach (var item in _paced)
            {
                if (item.IsHandedOut)
                {
                    item.Done.SetResult();
                }
                else
                {
                    Post(item);
                }
            }

            _paced.Clear();
        }
    }

    private void CheckPacing() => EndPacing(isLate: _time.GetElapsedTime(_lastCatchUp) > s_patience);

    private sealed class DeliverItem(IReadOnlyList<EventBatch> batches) : ILoopItem
    {
        private int _batch;
        private int _event;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsHandedOut => _batch == batches.Count;

        public void Execute(FanOut loop)
        {
            loop.BeginWalk();
            var events = MaxSliceEvents;
            long bytes = Math.Min(MaxSliceBytes, loop._options.MaxQueuedBytes / 4);
            while (!IsHandedOut && events > 0 && bytes > 0)
            {
                loop.Deliver(TakeSlice(ref events, ref bytes));
            }

            loop.EndWalk(this);
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
