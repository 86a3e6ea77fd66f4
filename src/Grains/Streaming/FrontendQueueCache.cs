using Orleans.Streams;

namespace SseFabric.Grains.Streaming;

/// <summary>What the stream's agent is delivering now: nothing is kept beyond that. Agent's scheduler.</summary>
internal sealed class FrontendQueueCache(StreamId streamId, TimeProvider time) : IQueueCache
{
    private readonly List<IBatchContainer> _held = [];
    private readonly List<Position> _positions = [];
    private TaskCompletionSource? _drained;

    /// <summary>The one stream of the queue.</summary>
    public StreamId StreamId { get; } = streamId;

    private bool IsDrained => _positions.TrueForAll(position => position.IsAtEnd);

    /// <summary>Completes with true once every cursor has passed all that was added, or with false after <paramref name="patience"/> or once
    /// <paramref name="stopped"/> has completed: what is under way when a silo stops may never arrive.</summary>
    public async ValueTask<bool> WaitUntilDrainedAsync(TimeSpan patience, Task stopped)
    {
        if (!IsDrained)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                await Task.WhenAny(_drained.Task, stopped).WaitAsync(patience, time);
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        return !stopped.IsCompleted;
    }

    public int GetMaxAddCount() => QueueAdapterConstants.UNLIMITED_GET_QUEUE_MSG;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        // What nobody was there to take.
        ClearIfDrained();
        _held.AddRange(messages);
    }

    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        purgedItems = [];
        return false;
    }

    /// <summary>A cursor before the event of <paramref name="token"/>; behind all that is there if it is null.</summary>
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken token)
    {
        var next = token is null ? _held.Count : _held.FindIndex(held => held.SequenceToken.CompareTo(token) >= 0);
        var position = new Position(this, next < 0 ? _held.Count : next);
        _positions.Add(position);
        return position;
    }

    public bool IsUnderPressure() => false;

    private void ClearIfDrained()
    {
        if (!IsDrained)
        {
            return;
        }

        _held.Clear();
        foreach (var position in _positions)
        {
            position.Rewind();
        }

        var drained = _drained;
        _drained = null;
        drained?.SetResult();
    }

    private sealed class Position(FrontendQueueCache cache, int next) : IQueueCacheCursor
    {
        private int _next = next;
        private bool _disposed;
        private IBatchContainer? _current;

        public bool IsAtEnd => _next >= cache._held.Count && _current is null;

        public IBatchContainer GetCurrent(out Exception exception)
        {
            // The interface comes from code without nullable annotations; null is its "no exception".
            exception = null!;
            return _current!;
        }

        // The agent moves on once the delivery of what it moved to before has ended.
        public bool MoveNext()
        {
            if (_disposed || _next >= cache._held.Count)
            {
                _current = null;
                cache.ClearIfDrained();
                return false;
            }

            _current = cache._held[_next++];
            return true;
        }

        public void Rewind() => _next = 0;

        public void Refresh(StreamSequenceToken token)
        {
        }

        public void RecordDeliveryFailure()
        {
        }

        public void Dispose()
        {
            _disposed = true;
            cache._positions.Remove(this);
            cache.ClearIfDrained();
        }
    }
}
