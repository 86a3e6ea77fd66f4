using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace SseFabric.Channels.Resp;

/// <summary>Writes commands and replies of the Redis protocol into a buffer of its own. One thread.</summary>
internal sealed class RespWriter
{
    private const int MaxKeptBytes = 64 << 10;

    private ArrayBufferWriter<byte> _buffer = new();

    /// <summary>What has been written since <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Whether values that RESP2 can't say are written in RESP3.</summary>
    public bool Resp3 { get; set; }

    /// <summary>Begins anew, and lets go of a buffer that has become large.</summary>
    public void Clear()
    {
        if (_buffer.Capacity > MaxKeptBytes)
        {
            _buffer = new ArrayBufferWriter<byte>();
        }

        _buffer.ResetWrittenCount();
    }

    /// <summary>Writes a command's head: <paramref name="arguments"/> bulk strings follow, the command's name among them.</summary>
    public void Array(int arguments) => Head((byte)'*', arguments);

    /// <summary>Writes a map's head: <paramref name="pairs"/> keys and values follow. In RESP2 it is an array.</summary>
    public void Map(int pairs) => Head(Resp3 ? (byte)'%' : (byte)'*', Resp3 ? pairs : 2 * pairs);

    /// <summary>Writes an integer.</summary>
    public void Integer(long value) => Head((byte)':', value);

    /// <summary>Writes a bulk string.</summary>
    public void Bulk(ReadOnlySpan<byte> bytes)
    {
        Head((byte)'$', bytes.Length);
        _buffer.Write(bytes);
        _buffer.Write("\r\n"u8);
    }

    /// <summary>Writes a bulk string.</summary>
    public void Bulk(string text)
    {
        Head((byte)'$', Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _buffer);
        _buffer.Write("\r\n"u8);
    }

    /// <summary>Writes no value.</summary>
    public void Null() => _buffer.Write(Resp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>Writes no array.</summary>
    public void NullArray() => _buffer.Write(Resp3 ? "_\r\n"u8 : "*-1\r\n"u8);

    /// <summary>Writes a simple string, which holds no end of line.</summary>
    public void Simple(ReadOnlySpan<byte> text)
    {
        _buffer.Write("+"u8);
        _buffer.Write(text);
        _buffer.Write("\r\n"u8);
    }

    /// <summary>Writes an error: a code in capitals, a space, a sentence. Ends of line in it become spaces, as Redis does it.</summary>
    public void Error(string text)
    {
        _buffer.Write("-"u8);
        Encoding.UTF8.GetBytes(text.ReplaceLineEndings(" ").Replace('\r', ' '), _buffer);
        _buffer.Write("\r\n"u8);
    }

    private void Head(byte prefix, long value)
    {
        var span = _buffer.GetSpan(RespLimits.MaxLengthDigits + 3);
        span[0] = prefix;
        Utf8Formatter.TryFormat(value, span[1..], out var digits);
        span[digits + 1] = (byte)'\r';
        span[digits + 2] = (byte)'\n';
        _buffer.Advance(digits + 3);
    }
}
