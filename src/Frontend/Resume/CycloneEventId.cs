using System.Buffers.Binary;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Resume;

/// <summary>Event ids that look like the UUIDs of cyclone-sse and can be read back: the channel's hash in 32 bits, the epoch in 48, the offset in 48. Pure.</summary>
/// <remarks>
/// Every frontend gives an event the same id, and every other one finds it again. Where there is no event to name, an id names a moment, in Unix
/// milliseconds, in place of the epoch. Epochs last until the year 10889; a position beyond the bits gets an id that is unknown when it comes back.
/// </remarks>
internal static class CycloneEventId
{
    private const int IdLength = 36;
    private const long OfMoment = (1L << 48) - 1;
    private const int HashBytes = sizeof(uint);
    private const int NumberBytes = 6;

    /// <summary>The id line of an event.</summary>
    public static byte[] Line(uint hash, Cursor cursor) =>
        cursor.Epoch < OfMoment && cursor.Offset < OfMoment ? Write(hash, cursor.Epoch, cursor.Offset) : Write(hash, OfMoment, OfMoment);

    /// <summary>The id line that says: everything accepted before this moment, whatever the channel.</summary>
    public static byte[] MomentLine(uint hash, long unixMilliseconds) => Write(hash, unixMilliseconds, OfMoment);

    /// <summary>Reads an id that a client sent back.</summary>
    /// <param name="id">The id.</param>
    /// <param name="hash">The hash of the event's channel.</param>
    /// <param name="cursor">The event's position; none if there is a moment.</param>
    /// <param name="moment">The moment, in Unix milliseconds; null: the id names an event.</param>
    public static bool TryRead(string id, out uint hash, out Cursor cursor, out long? moment)
    {
        (hash, cursor, moment) = (0, default, null);
        if (!Guid.TryParseExact(id, "D", out var guid))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        hash = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var (epoch, offset) = (ReadNumber(bytes[HashBytes..]), ReadNumber(bytes[(HashBytes + NumberBytes)..]));
        if (offset == OfMoment)
        {
            moment = epoch;
            return epoch != OfMoment;
        }

        cursor = new Cursor(epoch, offset);
        return true;
    }

    private static byte[] Write(uint hash, long epoch, long offset)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, hash);
        WriteNumber(bytes[HashBytes..], epoch);
        WriteNumber(bytes[(HashBytes + NumberBytes)..], offset);
        var line = new byte["id: \n".Length + IdLength];
        "id: "u8.CopyTo(line);
        new Guid(bytes, bigEndian: true).TryFormat(line.AsSpan("id: ".Length), out _, "D");
        line[^1] = (byte)'\n';
        return line;
    }

    private static long ReadNumber(ReadOnlySpan<byte> bytes) => ((long)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);

    private static void WriteNumber(Span<byte> bytes, long value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)value);
    }
}
