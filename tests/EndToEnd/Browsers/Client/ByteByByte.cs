using System.Net;
using System.Net.Sockets;
using System.Text;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>A server that writes one event stream, each byte by itself, and leaves it open.</summary>
internal sealed class ByteByByte : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private TcpClient? _client;

    public ByteByByte() => _listener.Start();

    public Uri Address => new($"http://{_listener.LocalEndpoint}/events");

    public async Task ServeAsync(string stream)
    {
        _client = await _listener.AcceptTcpClientAsync().Within("a request for a stream");
        _client.NoDelay = true;
        var connection = _client.GetStream();
        using var reader = new StreamReader(connection, leaveOpen: true);
        while (await reader.ReadLineAsync().Within("the end of the request's head") is { Length: > 0 })
        {
        }

        await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nAccess-Control-Allow-Origin: *\r\n\r\n"u8.ToArray());
        foreach (var value in Encoding.UTF8.GetBytes(stream))
        {
            await connection.WriteAsync(new[] { value });
            await Task.Yield();
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _listener.Dispose();
    }
}
