using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace SseFabric.Frontend.Framing;

/// <summary>Frames that are given out together, as bytes that all who get them share: each a chunk of HTTP/1.1's chunked coding. Immutable; any thread.</summary>
internal sealed class FrameBlock
{
    private readonly Entry[] _frames;

    private FrameBlock(Entry[] frames, byte[] bytes, bool isLast) => (_frames, Bytes, IsLast) = (frames, bytes, isLast);

    /// <summary>All chunks, one after another.</summary>
    public byte[] Bytes { get; }

    /// <summary>How many frames there are.</summary>
    public int Count => _frames.Length;

    /// <summary>Whether the stream ends with the last of them.</summary>
    public bool IsLast { get; }

    /// <summary>A block of frames, up to the first that is a stream's last.</summary>
    public static FrameBlock Of(params ReadOnlySpan<Frame> frames)
    {
        var (count, length) = (0, 0);
        var isLast = false;
        while (count < frames.Length && !isLast)
        {
            length += ChunkLength(frames[count].Length);
            isLast = frames[count++].IsLast;
        }

        var entries = new Entry[count];
        var bytes = new byte[length];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            ref readonly var frame = ref frames[i];
            var begin = at;
            at += PutSize(bytes.AsSpan(at), frame.Length);
            entries[i] = new Entry(begin, at, frame.Length, frame.Channel, frame.IdLine);
            frame.First.CopyTo(bytes, at);
            frame.Second.CopyTo(bytes, at + frame.First.Length);
            at += frame.Length;
            at += frame.Length == 0 ? 0 : PutBreak(bytes.AsSpan(at));
        }

        return new FrameBlock(entries, bytes, isLast);
    }

    /// <summary>The bytes of a chunk with so many in it.</summary>
    public static int ChunkLength(int length) => length == 0 ? 0 : Digits(length) + length + 4;

    /// <summary>Writes what comes before a chunk's bytes; nothing before none, which would end the response.</summary>
    /// <returns>The bytes written.</returns>
    public static int PutSize(Span<byte> target, int length)
    {
        if (length == 0)
        {
            return 0;
        }

        Utf8Formatter.TryFormat(length, target, out var digits, new System.Buffers.StandardFormat('x'));
        return digits + PutBreak(target[digits..]);
    }

    /// <summary>Writes what comes after a chunk's size, and after its bytes.</summary>
    /// <returns>The bytes written.</returns>
    public static int PutBreak(Span<byte> target)
    {
        "\r\n"u8.CopyTo(target);
        return 2;
    }

    /// <summary>The bytes of a frame on the wire, without chunked coding.</summary>
    public int Length(int frame) => _frames[frame].Length;

    /// <summary>Where a frame's chunk begins in <see cref="Bytes"/>, or, of the frame after the last, all of them end.</summary>
    public int Begin(int frame) => frame == _frames.Length ? Bytes.Length : _frames[frame].Begin;

    /// <summary>The frame whose chunk has the byte of <see cref="Bytes"/> at an offset.</summary>
    public int FrameAt(int offset)
    {
        var (low, high) = (0, _frames.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            (low, high) = _frames[middle].Begin <= offset ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>A frame's bytes, without chunked coding.</summary>
    public ReadOnlyMemory<byte> Payload(int frame) => Bytes.AsMemory(_frames[frame].Payload, _frames[frame].Length);

    /// <summary>A frame's <see cref="Frame.Channel"/>.</summary>
    public int Channel(int frame) => _frames[frame].Channel;

    /// <summary>A frame's <see cref="Frame.IdLine"/>.</summary>
    public byte[] IdLine(int frame) => _frames[frame].IdLine;

    private static int Digits(int length) => ((31 - int.LeadingZeroCount(length)) / 4) + 1;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(int Begin, int Payload, int Length, int Channel, byte[] IdLine);
}
