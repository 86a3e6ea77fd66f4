using System.Buffers;
using System.Text;

namespace SseFabric.TestKit.Http;

/// <summary>All the bytes of a body so far. Any thread.</summary>
public sealed class ByteLog : IByteTarget
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public int Length
    {
        get
        {
            lock (_lock)
            {
                return _bytes.WrittenCount;
            }
        }
    }

    /// <summary>The bytes as UTF-8; invalid ones show as U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(ToArray());

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _bytes.Write(bytes);
        }
    }

    public byte[] ToArray()
    {
        lock (_lock)
        {
            return _bytes.WrittenSpan.ToArray();
        }
    }
}
