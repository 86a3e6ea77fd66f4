using System.Buffers;
using System.Text;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace SseFabric.Contracts.Clustering;

/// <summary>Writes a list of events as one field: 8 bytes and the payload for an event that follows the one before, and each payload is copied once.</summary>
/// <remarks>
/// <para>A surrogate for each event would cost some thirty bytes and eight field headers more; with 64 events a batch that was most of the time.</para>
/// <para>Little-endian. The list: count (4). An event: head (4; the lowest 8 bits are flags, the others the milliseconds since the event before),
/// with <see cref="Absolute"/> the epoch, offset and time (8 each), with <see cref="HasType"/> its length (4) and UTF-8, with <see cref="HasRetry"/>
/// milliseconds (8), the payload's length (4) and the payload.</para>
/// </remarks>
[RegisterSerializer]
internal sealed class PackedEventsCodec : IFieldCodec<PackedEvents>
{
    private const uint Absolute = 1;
    private const uint HasType = 2;
    private const uint HasRetry = 4;
    private const uint Rejected = 8;
    private const uint IsFrame = 16;
    private const int FlagBits = 8;
    private const long MaxDelta = (1 << (32 - FlagBits)) - 1;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type expectedType, PackedEvents value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(PackedEvents), WireType.LengthPrefixed);
        var events = value.Events;
        writer.WriteVarUInt32(Length(events));
        writer.WriteInt32(events.Count);
        PublishedEvent? previous = null;
        for (var i = 0; i < events.Count; i++)
        {
            var published = events[i];
            WriteEvent(ref writer, published, previous);
            previous = published;
        }
    }

    public PackedEvents ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        var length = reader.ReadVarUInt32();
        var count = reader.ReadInt32();
        if (count < 0 || count > length)
        {
            throw new InvalidDataException($"A list of {count} events can't have {length} bytes.");
        }

        var events = new PublishedEvent[count];
        PublishedEvent? previous = null;
        for (var i = 0; i < count; i++)
        {
            events[i] = previous = ReadEvent(ref reader, previous, length);
        }

        return new PackedEvents(events);
    }

    private static void WriteEvent<TBufferWriter>(ref Writer<TBufferWriter> writer, PublishedEvent published, PublishedEvent? previous)
        where TBufferWriter : IBufferWriter<byte>
    {
        var offered = published.Event;
        var flags = Flags(published, previous);
        var delta = (flags & Absolute) == 0 ? (uint)(published.AcceptedAt - previous!.AcceptedAt) : 0;
        writer.WriteUInt32(flags | (delta << FlagBits));
        if ((flags & Absolute) != 0)
        {
            writer.WriteInt64(published.Cursor.Epoch);
            writer.WriteInt64(published.Cursor.Offset);
            writer.WriteInt64(published.AcceptedAt);
        }

        if ((flags & HasType) != 0)
        {
            Span<byte> utf8 = stackalloc byte[3 * NewEvent.MaxTypeLength];
            var bytes = Encoding.UTF8.GetBytes(offered.Type, utf8);
            writer.WriteInt32(bytes);
            writer.Write(utf8[..bytes]);
        }

        if ((flags & HasRetry) != 0)
        {
            writer.WriteInt64((long)offered.Retry!.Value.TotalMilliseconds);
        }

        writer.WriteInt32(offered.Data.Length);
        writer.Write(offered.Data.Span);
    }

    private static PublishedEvent ReadEvent<TInput>(ref Reader<TInput> reader, PublishedEvent? previous, uint limit)
    {
        var head = reader.ReadUInt32();
        Cursor cursor;
        long acceptedAt;
        if ((head & Absolute) != 0)
        {
            cursor = new Cursor(reader.ReadInt64(), reader.ReadInt64());
            acceptedAt = reader.ReadInt64();
        }
        else
        {
            cursor = previous!.Cursor with { Offset = previous.Cursor.Offset + 1 };
            acceptedAt = previous.AcceptedAt + (head >> FlagBits);
        }

        var type = NewEvent.DefaultType;
        if ((head & HasType) != 0)
        {
            type = Encoding.UTF8.GetString(ReadBytes(ref reader, limit));
        }

        TimeSpan? retry = (head & HasRetry) != 0 ? TimeSpan.FromMilliseconds(reader.ReadInt64()) : null;
        var offered = new NewEvent(type, ReadBytes(ref reader, limit)) { Retry = retry, Rejected = (head & Rejected) != 0, IsFrame = (head & IsFrame) != 0 };
        return new PublishedEvent(cursor, acceptedAt, offered);
    }

    private static byte[] ReadBytes<TInput>(ref Reader<TInput> reader, uint limit)
    {
        var length = reader.ReadUInt32();
        return length <= limit ? reader.ReadBytes(length) : throw new InvalidDataException($"A part of {length} bytes can't be in a list of {limit}.");
    }

    private static uint Flags(PublishedEvent published, PublishedEvent? previous)
    {
        var offered = published.Event;
        var follows = previous is not null
            && published.Cursor.Follows(previous.Cursor)
            && published.AcceptedAt - previous.AcceptedAt is >= 0 and <= MaxDelta;
        return (follows ? 0 : Absolute)
            | (offered.Type == NewEvent.DefaultType ? 0 : HasType)
            | (offered.Retry is null ? 0 : HasRetry)
            | (offered.Rejected ? Rejected : 0)
            | (offered.IsFrame ? IsFrame : 0);
    }

    private static uint Length(IReadOnlyList<PublishedEvent> events)
    {
        long length = sizeof(int);
        PublishedEvent? previous = null;
        for (var i = 0; i < events.Count; i++)
        {
            var published = events[i];
            var flags = Flags(published, previous);
            length += (2 * sizeof(int)) + published.Event.Data.Length
                + ((flags & Absolute) != 0 ? 3 * sizeof(long) : 0)
                + ((flags & HasType) != 0 ? sizeof(int) + Encoding.UTF8.GetByteCount(published.Event.Type) : 0)
                + ((flags & HasRetry) != 0 ? sizeof(long) : 0);
            previous = published;
        }

        return checked((uint)length);
    }
}
