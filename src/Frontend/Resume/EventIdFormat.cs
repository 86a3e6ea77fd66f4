using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Resume;

/// <summary>Event ids as subscribers see them: the position in each of their channels. Pure.</summary>
/// <remarks>
/// <para>One channel: its cursor, <c>epoch-offset</c>. Several: <c>m</c> and, in base64url, the number of channels and for each the first four bytes
/// of its name's SHA-256, the epoch as difference to the one before (they are sorted by it) and the offset; numbers are LEB128. Twenty channels of
/// a young fabric take about 220 bytes.</para>
/// <para>Whatever a client sends back is read without trust: what isn't such an id is unknown for every channel, never an error.</para>
/// </remarks>
internal static class EventIdFormat
{
    private const byte ManyPrefix = (byte)'m';
    private const int MaxEntryBytes = 4 + 10 + 10;
    private const int MaxChannels = 1000;
    private const int MaxOnStack = 128;

    /// <summary>The part of a channel's name that stands in ids.</summary>
    public static uint Hash(ChannelName channel) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(channel.Value)));

    /// <summary>The id of a position in one or more channels.</summary>
    /// <param name="hashes">The channels' hashes.</param>
    /// <param name="positions">The position in each, in the same order.</param>
    public static byte[] Encode(ReadOnlySpan<uint> hashes, ReadOnlySpan<Cursor> positions)
    {
        if (hashes.Length == 1)
        {
            return EncodeOne(positions[0]);
        }

        Span<int> order = hashes.Length <= MaxOnStack ? stackalloc int[hashes.Length] : new int[hashes.Length];
        SortByEpoch(order, positions);
        var maxBytes = 3 + (hashes.Length * MaxEntryBytes);
        var bytes = hashes.Length <= MaxOnStack ? stackalloc byte[maxBytes] : new byte[maxBytes];
        var length = WriteNumber(bytes, 0, (ulong)hashes.Length);
        long epoch = 0;
        foreach (var i in order)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[length..], hashes[i]);
            length = WriteNumber(bytes, length + 4, (ulong)(positions[i].Epoch - epoch));
            length = WriteNumber(bytes, length, (ulong)positions[i].Offset);
            epoch = positions[i].Epoch;
        }

        var id = new byte[1 + Base64Url.GetEncodedLength(length)];
        id[0] = ManyPrefix;
        Base64Url.EncodeToUtf8(bytes[..length], id.AsSpan(1));
        return id;
    }

    /// <summary>What an id says of each of the channels that are now asked for.</summary>
    public static ResumePoint[] Decode(string id, ReadOnlySpan<ChannelName> channels)
    {
        var points = new ResumePoint[channels.Length];
        if (Cursor.TryParse(id, out var cursor))
        {
            Array.Fill(points, new ResumePoint(channels.Length == 1 ? ResumeKind.At : ResumeKind.Unnamed, cursor));
            return points;
        }

        if (DecodeMany(id) is not { } positions)
        {
            Array.Fill(points, new ResumePoint(ResumeKind.Unknown));
            return points;
        }

        for (var i = 0; i < points.Length; i++)
        {
            // Two channels of one list with the same hash: which is which can't be told.
            points[i] = !positions.TryGetValue(Hash(channels[i]), out var at) ? new ResumePoint(ResumeKind.Live)
                : at is { } known ? new ResumePoint(ResumeKind.At, known)
                : new ResumePoint(ResumeKind.Unknown);
        }

        return points;
    }

    private static Dictionary<uint, Cursor?>? DecodeMany(string id)
    {
        if (id.Length < 2 || id[0] != ManyPrefix || !Base64Url.IsValid(id.AsSpan(1)))
        {
            return null;
        }

        ReadOnlySpan<byte> rest = Base64Url.DecodeFromChars(id.AsSpan(1));
        if (!ReadNumber(ref rest, out var count) || count is < 1 or > MaxChannels)
        {
            return null;
        }

        var positions = new Dictionary<uint, Cursor?>((int)count);
        long epoch = 0;
        for (; count > 0; count--)
        {
            if (rest.Length < 4)
            {
                return null;
            }

            var hash = BinaryPrimitives.ReadUInt32BigEndian(rest);
            rest = rest[4..];
            if (!ReadNumber(ref rest, out var delta) || !ReadNumber(ref rest, out var offset) || delta > long.MaxValue - epoch)
            {
                return null;
            }

            epoch += delta;
            if (!positions.TryAdd(hash, new Cursor(epoch, offset)))
            {
                positions[hash] = null;
            }
        }

        return rest.IsEmpty ? positions : null;
    }

    private static byte[] EncodeOne(Cursor cursor)
    {
        Span<byte> text = stackalloc byte[41];
        Utf8Formatter.TryFormat(cursor.Epoch, text, out var length);
        text[length++] = (byte)'-';
        Utf8Formatter.TryFormat(cursor.Offset, text[length..], out var offset);
        return text[..(length + offset)].ToArray();
    }

    private static void SortByEpoch(Span<int> order, ReadOnlySpan<Cursor> positions)
    {
        Span<long> epochs = order.Length <= MaxOnStack ? stackalloc long[order.Length] : new long[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            (order[i], epochs[i]) = (i, positions[i].Epoch);
        }

        epochs.Sort(order);
    }

    private static int WriteNumber(Span<byte> bytes, int at, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes[at++] = (byte)(value | 0x80);
        }

        bytes[at++] = (byte)value;
        return at;
    }

    private static bool ReadNumber(ref ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (var shift = 0; shift < 63 && !bytes.IsEmpty; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
