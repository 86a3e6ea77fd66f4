using System.Net.Sockets;

namespace SseFabric.Frontend.HandOff;

/// <summary>A connection to an application that may answer, and close, before it has taken the whole request, as one does that refuses a large upload.</summary>
/// <remarks>
/// The HTTP client reads no answer before it has written the request (RFC 9110, 9.3, lets a server answer early). So once writing fails and there is an
/// answer to read, what is left of the request is taken and thrown away. The connection is at its end by then, so it is used for no other request.
/// </remarks>
internal sealed class UpstreamStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private bool _isAnswered;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isAnswered)
        {
            return;
        }

        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException) when (Socket.Available > 0)
        {
            _isAnswered = true;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
