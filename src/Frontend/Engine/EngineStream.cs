namespace SseFabric.Frontend.Engine;

/// <summary>A connection's bytes, as the server reads and writes them.</summary>
/// <remarks>Once <see cref="Hold"/> is called, what is written is kept: it goes before a stream's first bytes, in one call with them. After <see cref="Take"/> it is thrown away.</remarks>
/// <param name="socket">The connection.</param>
/// <param name="received">What has been read of it before.</param>
internal sealed class EngineStream(ServerSocket socket, ReadOnlyMemory<byte> received) : Stream
{
    private ReadOnlyMemory<byte> _received = received;
    private MemoryStream? _held;
    private bool _isTaken;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Keeps what is written from now on.</summary>
    public void Hold() => _held = new MemoryStream();

    /// <summary>Takes what has been kept.</summary>
    public byte[] Take()
    {
        _isTaken = true;
        return _held!.ToArray();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? ValueTask.FromResult(0) : _received.IsEmpty ? socket.ReceiveAsync(buffer, cancellationToken) : ValueTask.FromResult(ReadReceived(buffer.Span));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_held is null)
        {
            return socket.SendAsync(buffer, cancellationToken);
        }

        if (!_isTaken)
        {
            _held.Write(buffer.Span);
        }

        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int ReadReceived(Span<byte> buffer)
    {
        var length = Math.Min(buffer.Length, _received.Length);
        _received.Span[..length].CopyTo(buffer);
        _received = _received[length..];
        return length;
    }
}
