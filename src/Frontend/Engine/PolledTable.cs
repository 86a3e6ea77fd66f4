namespace SseFabric.Frontend.Engine;

/// <summary>A loop's descriptors, each under a key that is never another's, so that an event that comes late is nobody's. Used on the loop only.</summary>
internal sealed class PolledTable
{
    private readonly Stack<int> _free = new();
    private (IPolled? Polled, uint Generation)[] _slots = new (IPolled?, uint)[64];
    private int _used;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public ulong Add(IPolled polled)
    {
        if (!_free.TryPop(out var slot))
        {
            if (_used == _slots.Length)
            {
                Array.Resize(ref _slots, _used * 2);
            }

            slot = _used++;
        }

        _slots[slot].Polled = polled;
        Count++;
        return ((ulong)_slots[slot].Generation << 32) | (uint)slot;
    }

    /// <summary>What is under a key; null: it is gone.</summary>
    public IPolled? Find(ulong key)
    {
        var slot = (uint)key;
        return slot < (uint)_used && _slots[slot].Generation == key >> 32 ? _slots[slot].Polled : null;
    }

    /// <summary>Something else takes over the descriptor under a key.</summary>
    /// <returns>False: it is gone.</returns>
    public bool Replace(ulong key, IPolled polled)
    {
        if (Find(key) is null)
        {
            return false;
        }

        _slots[(int)(uint)key].Polled = polled;
        return true;
    }

    public void Remove(ulong key)
    {
        var slot = (int)(uint)key;
        _slots[slot] = (null, _slots[slot].Generation + 1);
        _free.Push(slot);
        Count--;
    }

    public IEnumerable<IPolled> All() => _slots.Take(_used).Select(slot => slot.Polled).OfType<IPolled>();
}
