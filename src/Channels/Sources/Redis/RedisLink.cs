using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using SseFabric.Channels.Resp;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>An open connection to a Redis server or Sentinel: its stream and what has been received. One reader and one writer at a time.</summary>
internal sealed class RedisLink(Stream stream, EndPoint address) : IDisposable
{
    public Stream Stream { get; } = stream;

    public EndPoint Address { get; } = address;

    public RespBuffer Buffer { get; } = new();

    /// <summary>What the server calls itself for as long as it runs; null: it doesn't say.</summary>
    public string? ServerId { get; set; }

    public static async Task<RedisLink> ConnectAsync(EndPoint address, RedisEndpoints endpoints, CancellationToken cancellationToken)
    {
        var socket = address is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var stream = await OwnThreadStream.ConnectAsync(socket, address, cancellationToken);
            try
            {
                return new RedisLink(endpoints.Tls ? await SecureAsync(stream, address, endpoints, cancellationToken) : stream, address);
            }
            catch
            {
                // Not the socket alone: a thread waits for it.
                await stream.DisposeAsync();
                throw;
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and waits for its answer. Only while nothing else is under way.</summary>
    public async Task<RedisReply> CallAsync(CancellationToken cancellationToken, params string[] command)
    {
        var writer = new RespWriter();
        writer.Array(command.Length);
        foreach (var argument in command)
        {
            writer.Bulk(argument);
        }

        await Stream.WriteAsync(writer.Written, cancellationToken);
        while (true)
        {
            var status = RedisReply.TryRead(Buffer.Unread.Span, out var reply, out var consumed);
            if (status == RespStatus.Complete)
            {
                Buffer.Advance(consumed);
                return reply!;
            }

            if (status == RespStatus.Invalid || Buffer.Unread.Length > RespLimits.MaxLineBytes)
            {
                throw new RedisLinkException("The server does not speak the Redis protocol.");
            }

            if (await Buffer.FillAsync(Stream, cancellationToken) == 0)
            {
                throw new RedisLinkException("The server closed the connection.");
            }
        }
    }

    // The buffer's memory isn't given back to the pool: a reader may still be in it.
    public void Dispose() => Stream.Dispose();

    private static async Task<SslStream> SecureAsync(
        Stream stream, EndPoint address, RedisEndpoints endpoints, CancellationToken cancellationToken)
    {
        var host = endpoints.TlsHost ?? address switch
        {
            DnsEndPoint dns => dns.Host,
            IPEndPoint ip => ip.Address.ToString(),
            _ => "",
        };
        var secure = new SslStream(stream);
        var options = new SslClientAuthenticationOptions { TargetHost = host, EnabledSslProtocols = endpoints.TlsProtocols };
        await secure.AuthenticateAsClientAsync(options, cancellationToken);
        return secure;
    }
}
