using System.Net.Sockets;

namespace SseFabric.Frontend.HandOff;

/// <summary>A connection to an application, where it ends at another moment than the HTTP client reckons with.</summary>
/// <remarks>
/// <para>An application may answer, and close, before it has taken the whole request, as one does that refuses a large upload (RFC 9112, 9.6). The client reads
/// nothing before it has written everything. So once writing fails and there is an answer to read, what is left of the request is taken and thrown away. The
/// connection is at its end by then, so it is used for no other request.</para>
/// <para>An application may close an idle connection just when the next request comes, which is then answered with a reset. The client tries again where that
/// is safe, but knows such an end by its order only, so the reset is told as one. Once part of an answer has come, a reset stays one.</para>
/// </remarks>
internal sealed class UpstreamStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private bool _isRefusing;
    private bool _awaitsAnswer;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isRefusing)
        {
            return;
        }

        _awaitsAnswer = true;
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException) when (Socket.Available > 0)
        {
            _isRefusing = true;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            _awaitsAnswer &= read == 0;
            return read;
        }
        catch (IOException exception) when (_awaitsAnswer && exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return 0;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
