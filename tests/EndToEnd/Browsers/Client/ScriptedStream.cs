using System.Net;
using System.Net.Sockets;
using System.Text;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>A server that writes one event stream as the test tells it to, and leaves it open.</summary>
internal sealed class ScriptedStream : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private TcpClient? _client;

    public ScriptedStream() => _listener.Start();

    public Uri Address => new($"http://{_listener.LocalEndpoint}/events");

    /// <summary>Answers the request, and writes each byte by itself.</summary>
    public async Task ServeByteByByteAsync(string stream)
    {
        await BeginAsync();
        foreach (var value in Encoding.UTF8.GetBytes(stream))
        {
            await WriteAsync(new[] { value });
            await Task.Yield();
        }
    }

    /// <summary>Answers the request.</summary>
    public async Task BeginAsync()
    {
        _client = await _listener.AcceptTcpClientAsync().Within("a request for a stream");
        _client.NoDelay = true;
        using var reader = new StreamReader(_client.GetStream(), leaveOpen: true);
        while (await reader.ReadLineAsync().Within("the end of the request's head") is { Length: > 0 })
        {
        }

        await WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nAccess-Control-Allow-Origin: *\r\n\r\n"u8.ToArray());
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> part) => _client!.GetStream().WriteAsync(part);

    public void Dispose()
    {
        _client?.Dispose();
        _listener.Dispose();
    }
}
