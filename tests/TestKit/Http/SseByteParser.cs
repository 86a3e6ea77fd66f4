namespace SseFabric.TestKit.Http;

/// <summary>An incremental parser of event streams (HTML standard, 9.2.6) that is light enough for thousands of streams in a process.</summary>
public sealed class SseByteParser(ISseHandler handler) : IByteTarget
{
    private readonly Bytes _line = new();
    private readonly Bytes _data = new();
    private readonly Bytes _type = new();
    private readonly Bytes _id = new();
    private readonly Bytes _lastId = new();
    private bool _hasData;
    private bool _afterCr;
    private int _bom;

    /// <summary>The last event id, as a client would send it back: that of the last whole block.</summary>
    public ReadOnlySpan<byte> LastEventId => _lastId.Span;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_afterCr && bytes[0] == '\n')
            {
                bytes = bytes[1..];
                _afterCr = false;
                continue;
            }

            _afterCr = false;
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                _line.Append(bytes);
                return;
            }

            if (_line.Length == 0)
            {
                TakeLine(bytes[..end]);
            }
            else
            {
                _line.Append(bytes[..end]);
                TakeLine(_line.Span);
                _line.Clear();
            }

            _afterCr = bytes[end] == '\r';
            bytes = bytes[(end + 1)..];
        }
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (_bom == 0)
        {
            _bom = 1;
            line = line.StartsWith("\uFEFF"u8) ? line[3..] : line;
        }

        if (line.IsEmpty)
        {
            EndBlock();
            return;
        }

        var colon = line.IndexOf((byte)':');
        if (colon == 0)
        {
            handler.OnComment(line[1..]);
            return;
        }

        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        value = !value.IsEmpty && value[0] == ' ' ? value[1..] : value;
        if (name.SequenceEqual("data"u8))
        {
            if (_hasData)
            {
                _data.Append("\n"u8);
            }

            _data.Append(value);
            _hasData = true;
        }
        else if (name.SequenceEqual("id"u8) && !value.Contains((byte)0))
        {
            _id.Clear();
            _id.Append(value);
        }
        else if (name.SequenceEqual("event"u8))
        {
            _type.Clear();
            _type.Append(value);
        }
        else if (name.SequenceEqual("retry"u8) && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9') && long.TryParse(value, out var milliseconds))
        {
            handler.OnRetry(TimeSpan.FromMilliseconds(milliseconds));
        }
    }

    private void EndBlock()
    {
        _lastId.Clear();
        _lastId.Append(_id.Span);
        if (_hasData)
        {
            handler.OnEvent(_type.Span, _data.Span, _id.Span);
        }
        else
        {
            handler.OnBlock(_id.Span);
        }

        _data.Clear();
        _type.Clear();
        _hasData = false;
    }

    private sealed class Bytes
    {
        private byte[] _bytes = [];

        public int Length { get; private set; }

        public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

        public void Clear() => Length = 0;

        public void Append(ReadOnlySpan<byte> more)
        {
            if (Length + more.Length > _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Max(64, Math.Max(_bytes.Length * 2, Length + more.Length)));
            }

            more.CopyTo(_bytes.AsSpan(Length));
            Length += more.Length;
        }
    }
}
