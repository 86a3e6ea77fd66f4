using System.Net;
using System.Net.Sockets;

namespace SseFabric.TestKit.Http;

/// <summary>An application whose every byte is the test's own. It tells each request as it came in. Any thread.</summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly List<UpstreamExchange> _exchanges = [];
    private readonly List<Task> _connections = [];
    private readonly Func<UpstreamExchange, Task> _script;
    private readonly Task _accepting;
    private int _open;
    private int _mostOpen;

    private ScriptedUpstream(Func<UpstreamExchange, Task> script, int port = 0)
    {
        _script = script;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Requests that it is working on now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The most that it ever worked on at a time.</summary>
    public int MostOpen => Volatile.Read(ref _mostOpen);

    /// <summary>How many connections it has taken.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<UpstreamExchange> Exchanges
    {
        get
        {
            lock (_lock)
            {
                return [.. _exchanges];
            }
        }
    }

    /// <param name="script">Answers one request; the connection goes on to the next one unless it has been closed.</param>
    public static ScriptedUpstream Start(Func<UpstreamExchange, Task> script) => new(script);

    /// <summary>One that gives every request this answer.</summary>
    public static ScriptedUpstream Answering(string wire, int port = 0) => new(exchange => exchange.SendAsync(wire), port);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        foreach (var exchange in Exchanges)
        {
            exchange.Close();
        }

        await _accepting;
        await Task.WhenAll(_connections);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_closing.Token);
                lock (_lock)
                {
                    _connections.Add(ServeAsync(socket));
                }
            }
        }
        catch (Exception over) when (_closing.IsCancellationRequested && over is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener is closed: InvalidOperationException between two connections.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        byte[] rest = [];
        var isFirst = true;
        try
        {
            while (await UpstreamExchange.ReadAsync(socket, isFirst, rest, _closing.Token) is { } exchange)
            {
                lock (_lock)
                {
                    _exchanges.Add(exchange);
                    _mostOpen = Math.Max(_mostOpen, Interlocked.Increment(ref _open));
                }

                try
                {
                    await _script(exchange);
                }
                finally
                {
                    Interlocked.Decrement(ref _open);
                }

                rest = exchange.Rest;
                isFirst = false;
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The peer, or the script, has ended the connection.
        }
    }
}
