using System.Buffers.Binary;
using System.Security.Cryptography;
using SseFabric.Contracts;

namespace SseFabric.Channels.History.Redisse;

/// <summary>Which frames a channel has had of late, and where they stand, so that one which comes both live and in a read of the history counts once. Not thread-safe.</summary>
/// <remarks>Told apart by all of their bytes and not by their numbers alone: a server that was emptied counts from 1 again.</remarks>
internal sealed class KnownFrames(int capacity)
{
    private readonly Dictionary<UInt128, Entry> _entries = [];
    private readonly Queue<UInt128> _byAge = new();

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>What a frame is known by: all of its bytes.</summary>
    public static UInt128 Digest(ReadOnlySpan<byte> frame)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(frame, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    public bool Contains(UInt128 frame) => _entries.ContainsKey(frame);

    /// <summary>Where a frame stands.</summary>
    public bool TryFind(UInt128 frame, out Cursor cursor)
    {
        var isKnown = _entries.TryGetValue(frame, out var entry);
        cursor = entry.Cursor;
        return isKnown;
    }

    /// <summary>Whether a frame that comes live is known from a read of the history. Says so once.</summary>
    public bool TakeExpected(UInt128 frame)
    {
        if (!_entries.TryGetValue(frame, out var entry) || !entry.IsExpected)
        {
            return false;
        }

        _entries[frame] = entry with { IsExpected = false };
        return true;
    }

    /// <summary>Remembers a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="cursor">Where it stands.</param>
    /// <param name="isExpected">Whether it may still come live.</param>
    public void Add(UInt128 frame, Cursor cursor, bool isExpected)
    {
        if (!_entries.ContainsKey(frame))
        {
            _byAge.Enqueue(frame);
        }

        _entries[frame] = new Entry(cursor, isExpected);
        if (_entries.Count > capacity)
        {
            _entries.Remove(_byAge.Dequeue());
        }
    }

    public void Clear()
    {
        _entries.Clear();
        _byAge.Clear();
    }

    private readonly record struct Entry(Cursor Cursor, bool IsExpected);
}
