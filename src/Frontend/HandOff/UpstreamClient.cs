using System.Net;
using System.Net.Sockets;
using System.Text;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.HandOff;

/// <summary>The connections to applications, kept alive between requests. Any thread.</summary>
internal sealed class UpstreamClient(HandOffOptions options) : IDisposable
{
    /// <summary>How much of an answer that nobody reads is taken in so that its connection can be used again.</summary>
    private const int MaxDrainBytes = 64 << 10;

    private const int MaxHeadKilobytes = 64;

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = options.MaxConnections,
        MaxResponseHeadersLength = MaxHeadKilobytes,
        MaxResponseDrainSize = MaxDrainBytes,

        // Many servers close after five seconds: what is sent into that is lost.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),

        // As Kestrel has decoded it, byte for byte. Answers are read as Latin-1, and so written.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ConnectCallback = static async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new UpstreamStream(socket);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _invoker.SendAsync(request, cancellationToken);

    public void Dispose() => _invoker.Dispose();
}
