using System.Net;
using System.Net.Sockets;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>A socket's stream whose reads wait on a thread of its own, which goes on with whoever waited.</summary>
/// <remarks>
/// <para>Otherwise what comes wakes the runtime's thread for sockets, that one a thread of the pool, and that one another in case there is more: for single messages this is most of
/// their cost. Here the kernel wakes the thread that reads. For the few connections that have much to say.</para>
/// <para>One read and one write at a time. A read that is cancelled ends the stream.</para>
/// </remarks>
internal sealed class OwnThreadStream : Stream
{
    private readonly Socket _socket;
    private readonly SemaphoreSlim _asked = new(0);
    private PendingRead? _read;
    private bool _isReadable;
    private volatile bool _isDisposed;

    private OwnThreadStream(Socket socket) => _socket = socket;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Connects a socket, which is the stream's from now on.</summary>
    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async Task<OwnThreadStream> ConnectAsync(Socket socket, EndPoint address, CancellationToken cancellationToken)
    {
        Action connect = () => socket.Connect(address);
        if (address is DnsEndPoint name)
        {
            // Not on the thread, where nothing could end the wait. A lookup that has begun goes on by itself; others of the same name wait for it.
            var addresses = await Dns.GetHostAddressesAsync(name.Host, cancellationToken).WaitAsync(cancellationToken);
            connect = () => socket.Connect(addresses, name.Port);
        }

        var stream = new OwnThreadStream(socket);
        var connected = new TaskCompletionSource();
        new Thread(() => stream.Run(connect, connected)) { IsBackground = true, Name = "SSE source" }.Start();
        try
        {
            await using (cancellationToken.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), stream))
            {
                await connected.Task;
            }

            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Reads what has come, waiting for it if nothing has. A read of no bytes only waits.</summary>
    /// <returns>The bytes read; 0 at the stream's end.</returns>
    /// <exception cref="ObjectDisposedException">The stream has been disposed of.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isReadable && !buffer.IsEmpty)
        {
            _isReadable = false;
            return ValueTask.FromResult(_socket.Receive(buffer.Span));
        }

        var read = new PendingRead(buffer);
        Interlocked.Exchange(ref _read, read);

        // The thread may have gone, and would not look again.
        ObjectDisposedException.ThrowIf(_isDisposed && Interlocked.CompareExchange(ref _read, null, read) == read, this);
        _asked.Release();
        return new ValueTask<int>(cancellationToken.CanBeCanceled ? WaitAsync(read, cancellationToken) : read.Task);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[await _socket.SendAsync(buffer, cancellationToken)..];
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <summary>Not supported: everything here waits.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc cref="Read(byte[], int, int)"/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Whatever waits in the socket is woken by it; a thread that waits to be asked is asked for nothing, and ends.
        _isDisposed = true;
        _socket.Dispose();
        _asked.Release();
        base.Dispose(disposing);
    }

    private async Task<int> WaitAsync(PendingRead read, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(_ => Cancel(read, cancellationToken), null))
        {
            return await read.Task;
        }
    }

    private void Cancel(PendingRead read, CancellationToken cancellationToken)
    {
        if (read.TryClaim())
        {
            Dispose();
            read.SetCanceled(cancellationToken);
        }
    }

    private void Run(Action connect, TaskCompletionSource connected)
    {
        try
        {
            connect();
        }
#pragma warning disable CA1031 // Whoever waits is told, whatever it is: here it would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            connected.SetException(exception);
            return;
        }

        connected.SetResult();
        while (true)
        {
            _asked.Wait();
            if (Interlocked.Exchange(ref _read, null) is { } read)
            {
                Serve(read);
            }
            else if (_isDisposed)
            {
                return;
            }
        }
    }

    private void Serve(PendingRead read)
    {
        var isOurs = false;
        try
        {
            _socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);

            // Once it has been cancelled its buffer is somebody else's.
            isOurs = read.TryClaim();
            if (isOurs)
            {
                _isReadable = read.Buffer.IsEmpty;
                read.SetResult(_isReadable ? 0 : _socket.Receive(read.Buffer.Span));
            }
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (isOurs || read.TryClaim())
            {
                read.TrySetException(exception);
            }
        }
    }

    /// <summary>A read that waits. Who claims it answers it.</summary>
    private sealed class PendingRead(Memory<byte> buffer) : TaskCompletionSource<int>
    {
        private int _isClaimed;

        public Memory<byte> Buffer => buffer;

        public bool TryClaim() => Interlocked.Exchange(ref _isClaimed, 1) == 0;
    }
}
