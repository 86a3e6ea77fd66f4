using SseFabric.Contracts;

namespace SseFabric.Frontend.Resume;

/// <summary>In which order this process has given out positions of channels: where a subscriber stood in one of them when it got an event of another.</summary>
/// <remarks>Used on the fan-out loop only. The newest are remembered, 24 bytes and a reference each; of what is older nothing is known.</remarks>
internal sealed class DeliveryOrder(int capacity = 1 << 16)
{
    private readonly Dictionary<ChannelName, Entries> _channels = [];
    private readonly Queue<ChannelName> _added = new();
    private long _next;

    /// <summary>A position is given out. Nothing new if the channel's newest is as far.</summary>
    public void Add(ChannelName channel, Cursor position)
    {
        if (!_channels.TryGetValue(channel, out var entries))
        {
            _channels.Add(channel, entries = new Entries());
        }

        if (entries.Count > 0 && position <= entries[^1].Position)
        {
            return;
        }

        entries.Add((_next++, position));
        _added.Enqueue(channel);
        if (_added.Count > capacity)
        {
            ForgetOldest(_added.Dequeue());
        }
    }

    /// <summary>The place in the order at which a channel got as far as <paramref name="position"/>; past every place if it hasn't yet.</summary>
    public long PlaceOf(ChannelName channel, Cursor position) =>
        _channels.TryGetValue(channel, out var entries) && entries.FirstAt(position) is var index && index < entries.Count ? entries[index].Place : long.MaxValue;

    /// <summary>As <see cref="PlaceOf"/>; null unless it is certain that it was given out here, and then.</summary>
    public long? CertainPlaceOf(ChannelName channel, Cursor position) =>
        _channels.TryGetValue(channel, out var entries) && entries.FirstAt(position) is var index && index > 0 && index < entries.Count ? entries[index].Place : null;

    /// <summary>How far a channel had got before a place in the order; null: it isn't known.</summary>
    public Cursor? PositionBefore(ChannelName channel, long place) =>
        _channels.TryGetValue(channel, out var entries) && entries.FirstPlaced(place) is var index && index > 0 ? entries[index - 1].Position : null;

    private void ForgetOldest(ChannelName channel)
    {
        var entries = _channels[channel];
        entries.RemoveFirst();
        if (entries.Count == 0)
        {
            _channels.Remove(channel);
        }
    }

    /// <summary>A channel's entries, by place and position at once.</summary>
    private sealed class Entries
    {
        private readonly List<(long Place, Cursor Position)> _list = [];
        private int _first;

        public int Count => _list.Count - _first;

        public (long Place, Cursor Position) this[int index] => _list[_first + index];

        public void Add((long Place, Cursor Position) entry) => _list.Add(entry);

        public void RemoveFirst()
        {
            // Closed up now and then, so that it costs nothing to speak of each time.
            if (++_first > _list.Count / 2)
            {
                _list.RemoveRange(0, _first);
                _first = 0;
            }
        }

        /// <summary>The index of the first entry that has got as far as <paramref name="position"/>.</summary>
        public int FirstAt(Cursor position) => First(entry => entry.Position >= position);

        /// <summary>The index of the first entry at or after <paramref name="place"/>.</summary>
        public int FirstPlaced(long place) => First(entry => entry.Place >= place);

        private int First(Predicate<(long Place, Cursor Position)> holds)
        {
            var (low, high) = (0, Count);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                (low, high) = holds(this[middle]) ? (low, middle) : (middle + 1, high);
            }

            return low;
        }
    }
}
