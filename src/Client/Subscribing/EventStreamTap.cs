using System.Runtime.InteropServices;
using System.Text;

namespace SseFabric.Client.Subscribing;

/// <summary>The bytes of an event stream on their way to the parser: watched for ids, for silence and for an event that is too large. One reader.</summary>
/// <remarks>
/// <para>Why the ids are read here: <c>SseParser</c> hands out nothing for a block without data, and the server sends such blocks (the position at which a
/// subscriber joined, the one behind a gap). Its <c>LastEventId</c> is no substitute: it changes with the <c>id:</c> line already, while by the HTML
/// standard an id counts from the blank line on that ends its block. Who was cut in between would resume behind an event that never came.</para>
/// <para>When the parser asks for more, it has handed out everything that was complete; so that is when the ids of what it was given count.</para>
/// </remarks>
internal sealed class EventStreamTap(Stream inner, TimeSpan silence, int maxEventBytes, string lastEventId, TimeProvider time) : Stream
{
    private readonly List<byte> _line = [];
    private string? _blockId;
    private string _completeId = lastEventId;
    private long _blockBytes;
    private long _lineBytes;
    private bool _afterCr;

    /// <summary>The last event id after everything that the parser has handed out before it last asked for more.</summary>
    public string LastEventId { get; private set; } = lastEventId;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="TimeoutException">Nothing came for too long.</exception>
    /// <exception cref="InvalidDataException">An event is too large.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LastEventId = _completeId;
        using var quiet = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
        int read;
        try
        {
            read = await inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (quiet.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {silence}");
        }

        Watch(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Watch(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // The LF of a CRLF ends no line of its own.
            if (_afterCr && bytes[0] == '\n')
            {
                bytes = bytes[1..];
            }

            _afterCr = false;
            var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            Keep(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
            {
                return;
            }

            _afterCr = bytes[end] == '\r';
            bytes = bytes[(end + 1)..];
            EndLine();
        }
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        // Of a line that is no id, its beginning and its length are enough.
        var beginning = part[..Math.Clamp(2 - _line.Count, 0, part.Length)];
        _line.AddRange(beginning);
        if (_line is [(byte)'i', (byte)'d', ..])
        {
            _line.AddRange(part[beginning.Length..]);
        }

        _lineBytes += part.Length;
        if (_blockBytes + _lineBytes > maxEventBytes)
        {
            throw new InvalidDataException($"An event has more than {maxEventBytes} bytes ({nameof(SubscriberOptions.MaxEventBytes)}).");
        }
    }

    private void EndLine()
    {
        if (_lineBytes == 0)
        {
            _completeId = _blockId ?? _completeId;
            _blockId = null;
            _blockBytes = 0;
            return;
        }

        TakeId(CollectionsMarshal.AsSpan(_line));
        _blockBytes += _lineBytes;
        _lineBytes = 0;
        _line.Clear();
    }

    // HTML standard, 9.2.6: a line without a colon is a field without a value; an id with a NUL in it is ignored.
    private void TakeId(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var value = colon < 0 ? [] : line[(colon + 1)..];
        value = value.StartsWith(" "u8) ? value[1..] : value;
        if ((colon < 0 ? line : line[..colon]).SequenceEqual("id"u8) && !value.Contains((byte)0))
        {
            _blockId = Encoding.UTF8.GetString(value);
        }
    }
}
