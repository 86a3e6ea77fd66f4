using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SseFabric.TestKit.Http;

/// <summary>One request at a <see cref="ScriptedUpstream"/>, and the way to answer it. Used by its script, but for what has been read.</summary>
public sealed class UpstreamExchange
{
    private readonly Socket _socket;
    private readonly CancellationToken _closing;
    private readonly ByteLog _body = new();
    private readonly ByteLog _wire = new();
    private byte[] _rest;

    private UpstreamExchange(Socket socket, bool isFirst, string head, byte[] rest, CancellationToken closing)
    {
        (_socket, IsFirst, Head, _rest, _closing) = (socket, isFirst, head, rest, closing);
    }

    /// <summary>Whether it is the first of its connection.</summary>
    public bool IsFirst { get; }

    /// <summary>The request line and the headers, as they came in.</summary>
    public string Head { get; }

    public string RequestLine => Head.Split("\r\n")[0];

    /// <summary>The body so far, without the framing of chunks.</summary>
    public string Body => _body.Text;

    public int BodyLength => _body.Length;

    /// <summary>The body so far as it was framed.</summary>
    public string Wire => _wire.Text;

    internal byte[] Rest => _rest;

    /// <summary>The values of a header, one for each of its lines.</summary>
    public IReadOnlyList<string> All(string name) =>
        [.. Head.Split("\r\n").Skip(1).Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim())];

    public string? Header(string name) => All(name) is { Count: > 0 } values ? string.Join(" | ", values) : null;

    /// <summary>Reads the request's body to its end.</summary>
    public async Task<string> ReadBodyAsync()
    {
        var chunks = Header("Transfer-Encoding") == "chunked" ? new ChunkDecoder() : null;
        var length = int.Parse(Header("Content-Length") ?? "0", CultureInfo.InvariantCulture);
        while (chunks is not null ? !chunks.IsDone : _body.Length < length)
        {
            var part = await ReadAsync();
            if (part.Length == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            _wire.Append(part);
            if (chunks is null)
            {
                _body.Append(part);
            }
            else
            {
                chunks.Decode(part, _body);
            }
        }

        return Body;
    }

    /// <summary>Reads what comes next; nothing: the peer has closed.</summary>
    public async Task<byte[]> ReadAsync()
    {
        if (_rest.Length > 0)
        {
            var rest = _rest;
            _rest = [];
            return rest;
        }

        var buffer = new byte[64 << 10];
        return buffer[..await _socket.ReceiveAsync(buffer, _closing)];
    }

    /// <summary>Reads until the peer has ended the connection, in order or not.</summary>
    public async Task WaitForCloseAsync()
    {
        try
        {
            while ((await ReadAsync()).Length > 0)
            {
            }
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, _closing)..];
        }
    }

    /// <summary>Answers with this body, and its length.</summary>
    public Task AnswerAsync(string body, string headers = "") =>
        SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n{headers}\r\n{body}");

    /// <summary>Ends the connection; with what was not read in the way, the peer sees a reset.</summary>
    public void Close() => _socket.Dispose();

    /// <summary>Breaks the connection.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>Waits until the test ends the application.</summary>
    public Task HangAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _closing);

    internal static async Task<UpstreamExchange?> ReadAsync(Socket socket, bool isFirst, byte[] rest, CancellationToken closing)
    {
        var wire = new List<byte>(rest);
        var buffer = new byte[16 << 10];
        int end;
        while ((end = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(wire).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = await socket.ReceiveAsync(buffer, closing);
            if (read == 0)
            {
                return null;
            }

            wire.AddRange(buffer.AsSpan(0, read));
        }

        var bytes = wire.ToArray();
        return new UpstreamExchange(socket, isFirst, Encoding.Latin1.GetString(bytes, 0, end), bytes[(end + 4)..], closing);
    }
}
