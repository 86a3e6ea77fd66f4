using System.Buffers;

namespace SseFabric.Channels.Resp;

/// <summary>The bytes received from a stream and not yet read, in one piece. One thread.</summary>
/// <remarks>
/// It grows with the bytes that came, never by what the other side declares, and holds no memory while it is empty and nothing comes. How large it
/// gets is bounded by whoever reads from it: by taking bytes out, or by ending the connection.
/// </remarks>
internal sealed class RespBuffer : IDisposable
{
    /// <summary>The size that one read asks for. Large enough that a read brings many messages at full speed.</summary>
    public const int ReadSize = 64 << 10;

    private byte[] _array = [];
    private int _start;
    private int _end;

    /// <summary>Valid until the next <see cref="FillAsync"/>.</summary>
    public ReadOnlyMemory<byte> Unread => _array.AsMemory(_start, _end - _start);

    /// <summary>Takes bytes out.</summary>
    public void Advance(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Receives what has come, waiting for it if nothing has.</summary>
    /// <returns>The number of bytes; 0 at the stream's end.</returns>
    public async ValueTask<int> FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (_end == 0)
        {
            // A read of no bytes waits without a buffer: thousands of idle connections hold none.
            Dispose();
            _ = await stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
        }

        MakeRoom();
        var count = await stream.ReadAsync(_array.AsMemory(_end), cancellationToken);
        _end += count;
        return count;
    }

    /// <summary>Gives the memory back; the buffer can be filled again.</summary>
    public void Dispose()
    {
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = [];
        _start = _end = 0;
    }

    private void MakeRoom()
    {
        if (_array.Length - _end >= ReadSize / 2)
        {
            return;
        }

        var unread = _end - _start;
        var target = _array;
        if (unread + (ReadSize / 2) > _array.Length)
        {
            target = ArrayPool<byte>.Shared.Rent(Math.Max(ReadSize, 2 * unread));
        }

        Buffer.BlockCopy(_array, _start, target, 0, unread);
        if (target != _array && _array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        (_array, _start, _end) = (target, 0, unread);
    }
}
