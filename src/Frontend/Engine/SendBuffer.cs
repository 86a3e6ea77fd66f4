using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Engine;

/// <summary>Where a loop gathers what goes to one connection in one call. Used on the loop only; empty between two calls.</summary>
internal sealed class SendBuffer
{
    private const int Usual = 128 << 10;
    private byte[] _bytes = new byte[Usual];
    private int _length;

    public Span<byte> Written => _bytes.AsSpan(0, _length);

    public void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Puts bytes as a chunk of HTTP/1.1's chunked coding.</summary>
    public void PutChunk(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            _length += FrameBlock.PutSize(Reserve(FrameBlock.ChunkLength(bytes.Length)), bytes.Length);
            Put(bytes);
            _length += FrameBlock.PutBreak(Reserve(2));
        }
    }

    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > Usual * 4)
        {
            // What one large event needed is not kept for good.
            _bytes = new byte[Usual];
        }
    }

    private Span<byte> Reserve(int length)
    {
        if (_bytes.Length - _length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        }

        return _bytes.AsSpan(_length);
    }
}
