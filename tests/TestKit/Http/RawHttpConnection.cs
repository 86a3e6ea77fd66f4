using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Http;

/// <summary>A connection on which every byte of the request is the test's own, and every byte of the answer can be looked at. One caller at a time.</summary>
public sealed class RawHttpConnection : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[16 << 10];
    private readonly Socket _socket;
    private ByteLog _body = new();
    private Dictionary<string, string> _headers = [];
    private ChunkDecoder? _chunks;
    private byte[] _rest = [];

    private RawHttpConnection(Socket socket) => _socket = socket;

    /// <summary>The status line, once <see cref="ReadHeadAsync"/> has returned.</summary>
    public string StatusLine { get; private set; } = "";

    public int Status => int.Parse(StatusLine.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>The present response's body so far, with the chunks' framing taken off.</summary>
    public string Body => _body.Text;

    public byte[] BodyBytes => _body.ToArray();

    public int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public static Task<RawHttpConnection> ConnectAsync(Uri server, int? receiveBuffer = null) =>
        ConnectAsync(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), server, receiveBuffer);

    /// <summary>Connects a given socket, which may be one of another network namespace.</summary>
    public static async Task<RawHttpConnection> ConnectAsync(Socket socket, Uri server, int? receiveBuffer = null)
    {
        try
        {
            socket.NoDelay = true;
            if (receiveBuffer is not null)
            {
                socket.ReceiveBufferSize = receiveBuffer.Value;
            }

            await socket.ConnectAsync(IPAddress.Parse(server.Host), server.Port).Within($"a connection to {server}");
            return new RawHttpConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>Sends a GET with these further lines and reads the answer's head.</summary>
    public async Task GetAsync(string target, params string[] headers)
    {
        await SendAsync($"GET {target} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");
        await ReadHeadAsync();
    }

    public string? Header(string name) => _headers.GetValueOrDefault(name);

    public async Task ReadHeadAsync()
    {
        var wire = new ByteLog();
        wire.Append(_rest);
        int end;
        while ((end = wire.ToArray().AsSpan().IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = await ReceiveAsync("the head of a response", () => wire.Text);
            if (read == 0)
            {
                throw new EndOfStreamException($"Awaited: the head of a response. The connection was closed after: {wire.Text}");
            }

            wire.Append(_buffer.AsSpan(0, read));
        }

        var bytes = wire.ToArray();
        var lines = Encoding.UTF8.GetString(bytes.AsSpan(0, end)).Split("\r\n");
        StatusLine = lines[0];
        _headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].Trim();
            _headers[line[..colon]] = _headers.TryGetValue(line[..colon], out var before) ? $"{before}, {value}" : value;
        }

        _rest = [];
        _body = new ByteLog();
        _chunks = Header("Transfer-Encoding") == "chunked" ? new ChunkDecoder() : null;
        TakeBody(bytes.AsSpan(end + 4));
    }

    /// <summary>Reads until the body so far is as awaited.</summary>
    public async Task<string> ReadBodyUntilAsync(string awaited, Func<string, bool> holds, TimeSpan? timeout = null)
    {
        while (!holds(Body))
        {
            if (!await ReadMoreAsync(awaited, timeout))
            {
                throw new EndOfStreamException($"Awaited: {awaited}. The body ended after: {Body}");
            }
        }

        return Body;
    }

    /// <summary>Reads the body to its end: the last chunk, Content-Length, or the connection's end.</summary>
    public async Task<string> ReadToEndAsync(TimeSpan? timeout = null)
    {
        while (!IsComplete && await ReadMoreAsync("the end of the body", timeout))
        {
        }

        return Body;
    }

    /// <summary>Reads until the peer has closed the connection. A reset counts.</summary>
    public async Task WaitForCloseAsync(TimeSpan? timeout = null)
    {
        try
        {
            while (await ReceiveAsync("the end of the connection", () => Body, timeout) > 0)
            {
            }
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool IsComplete =>
        _chunks is not null ? _chunks.IsDone : Header("Content-Length") is { } length && _body.Length >= int.Parse(length, CultureInfo.InvariantCulture);

    private async Task<bool> ReadMoreAsync(string awaited, TimeSpan? timeout)
    {
        if (_chunks is { IsDone: true })
        {
            return false;
        }

        var read = await ReceiveAsync(awaited, () => Body.Length > 600 ? Body[^600..] : Body, timeout);
        TakeBody(_buffer.AsSpan(0, read));
        return read > 0;
    }

    private Task<int> ReceiveAsync(string awaited, Func<string> seen, TimeSpan? timeout = null) =>
        _socket.ReceiveAsync(_buffer).Within(awaited, seen, timeout);

    private void TakeBody(ReadOnlySpan<byte> wire)
    {
        if (_chunks is null)
        {
            _body.Append(wire);
        }
        else
        {
            _chunks.Decode(wire, _body);
        }
    }
}
