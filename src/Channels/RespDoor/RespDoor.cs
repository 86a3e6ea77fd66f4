using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Channels.RespDoor;

/// <summary>Listens for publishers that speak the Redis protocol, and publishes what they send straight to the channels.</summary>
/// <remarks>
/// <para>Takes PUBLISH and SPUBLISH, alone, in pipelines and in transactions, and what client libraries send on connect. Replies come in order. A
/// reply that is a number means that the event was accepted; it is the number of subscribers in the whole cluster.</para>
/// <para>Consecutive publishes to one channel that came in one read of the socket are handed on as one batch.</para>
/// </remarks>
public sealed partial class RespDoor : IHostedService, IAsyncDisposable
{
    /// <summary>The most connections at a time. One more is told so and closed.</summary>
    public const int MaxConnections = 10_000;

    private const int Backlog = 512;
    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(1);

    private readonly RespDoorOptions _options;
    private readonly IChannelFabric _fabric;
    private readonly TimeProvider _time;
    private readonly ILogger<RespDoor> _logger;
    private readonly DoorServer _server;
    private readonly DoorChannels _channels;
    private Socket? _listener;
    private Task _running = Task.CompletedTask;
    private readonly ConcurrentDictionary<RespDoorConnection, TaskCompletionSource> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _sweep;
    private long _lastId;

    /// <summary>A door that opens when it is started.</summary>
    /// <param name="options">Where it listens, and its password.</param>
    /// <param name="fabric">Takes the events.</param>
    /// <param name="rules">Bounds their size.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes the door's history.</param>
    public RespDoor(RespDoorOptions options, IChannelFabric fabric, ChannelRules rules, TimeProvider time, ILogger<RespDoor> logger)
    {
        (_options, _fabric, _time, _logger) = (options, fabric, time, logger);
        _server = new DoorServer(time);
        _channels = new DoorChannels(rules);
    }

    /// <summary>Where the door listens once it is started; null if it is off or its default port was taken.</summary>
    public IPEndPoint? EndPoint => (IPEndPoint?)_listener?.LocalEndPoint;

    /// <summary>Opens the door.</summary>
    /// <exception cref="IOException">The address can't be listened on; not if it is the default, which is then only logged.</exception>
    /// <exception cref="FormatException">The address is none; a validator should have said so before.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(_options.Listen))
        {
            return Task.CompletedTask;
        }

        var address = ListenAddress.TryParse(_options.Listen, out var parsed)
            ? parsed
            : throw new FormatException($"Fabric:RespDoor:Listen is '{_options.Listen}'; accepted: {ListenAddress.Accepted}.");
        if (TryListen(address))
        {
            _running = Task.Run(() => AcceptAsync(_listener!), CancellationToken.None);
            _sweep = _time.CreateTimer(static door => ((RespDoor)door!).Sweep(), this, s_sweep, s_sweep);
            Log.Opened(_logger, _options.Listen);
        }

        return Task.CompletedTask;
    }

    /// <summary>Takes no more connections and ends those there are, each after the commands that it has received.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        _listener?.Dispose();
        await _running;
        try
        {
            await Task.WhenAll(_connections.Values.Select(static ended => ended.Task)).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Abort(_connections.Keys);
        }
    }

    /// <summary>Stops the door without waiting for what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        if (_sweep is not null)
        {
            await _sweep.DisposeAsync();
        }
    }

    private bool TryListen(ListenAddress address)
    {
        var listener = new Socket(address.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
            {
                listener.DualMode = true;
            }

            listener.Bind(address.EndPoint);
            listener.Listen(Backlog);
            _listener = listener;
            return true;
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            if (_options.Listen != RespDoorOptions.DefaultListen || exception.SocketErrorCode != SocketError.AddressAlreadyInUse)
            {
                throw new IOException($"The RESP door can't listen on {address} (Fabric:RespDoor:Listen): {exception.Message}", exception);
            }

            Log.DefaultPortTaken(_logger, _options.Listen);
            return false;
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stop.Token);
                Welcome(socket);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException && _stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception)
            {
                // Out of file descriptors, say. That passes; asking at once again and again would not help it.
                Log.AcceptFailed(_logger, exception.Message);
                await Task.Delay(s_sweep, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Welcome(Socket socket)
    {
        if (_server.ConnectionOpened() > MaxConnections)
        {
            _server.ConnectionClosed();
            Log.TooManyConnections(_logger, MaxConnections);
            _ = socket.Send("-ERR max number of clients reached\r\n"u8, SocketFlags.None, out _);
            socket.Dispose();
            return;
        }

        try
        {
            socket.NoDelay = true;
            var id = Interlocked.Increment(ref _lastId);
            var connection = new RespDoorConnection(socket, id, _options.Password, _channels, _fabric, _server, _time);
            _connections.TryAdd(connection, new TaskCompletionSource());
            ThreadPool.UnsafeQueueUserWorkItem(started => _ = ServeAsync(started), connection, preferLocal: false);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            // Gone before it was welcomed.
            _server.ConnectionClosed();
            socket.Dispose();
        }
    }

    private async Task ServeAsync(RespDoorConnection connection)
    {
        try
        {
            Log.ConnectionOpened(_logger, connection.Id, connection.Address);
            await connection.RunAsync(_stop.Token);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client left, or was made to.
        }
        catch (Exception exception)
        {
            Log.ConnectionFailed(_logger, connection.Id, exception);
        }
        finally
        {
            connection.Dispose();
            _server.ConnectionClosed();
            Log.ConnectionClosed(_logger, connection.Id);
            _connections.TryRemove(connection, out var ended);
            ended?.SetResult();
        }
    }

    private void Sweep() => Abort(_connections.Keys.Where(static connection => connection.IsOverdue));

    private static void Abort(IEnumerable<RespDoorConnection> connections)
    {
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }
}
