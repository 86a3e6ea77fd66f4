using System.Net;
using System.Net.Sockets;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Clients;

/// <summary>What a proxy answers while the server behind it is away.</summary>
internal static class BadGateway
{
    /// <summary>Listens until one request has been answered.</summary>
    public static async Task AnswerOnceAsync(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        using var client = await listener.AcceptTcpClientAsync().Within("a request to answer with 502");
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync().Within("the end of the request's head") is { Length: > 0 })
        {
        }

        await stream.WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
    }
}
