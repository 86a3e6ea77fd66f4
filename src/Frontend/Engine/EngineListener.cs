using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>A listening socket whose connections the engine's loops accept, and give to the server.</summary>
internal sealed partial class EngineListener : IConnectionListener
{
    /// <summary>Connections that wait for the server to take them: it does so at once.</summary>
    private const int MaxWaiting = 4096;

    private readonly Socket _socket;
    private readonly IReadOnlyList<EngineLoop> _loops;
    private readonly Acceptor[] _acceptors;
    private readonly ILogger _logger;
    private readonly Channel<ConnectionContext> _connections = Channel.CreateBounded<ConnectionContext>(MaxWaiting);

    /// <param name="socket">The socket; it is the listener's from now on.</param>
    /// <param name="loops">Who accepts.</param>
    /// <param name="pool">The memory of what the server reads and writes.</param>
    /// <param name="lane">The short way of plain requests; null: everything goes to the server.</param>
    /// <param name="logger">Is told of connections that can't be accepted.</param>
    public EngineListener(Socket socket, IReadOnlyList<EngineLoop> loops, MemoryPool<byte> pool, ExpressLane? lane, ILogger logger)
    {
        (_socket, _loops, Pool, Lane, _logger) = (socket, loops, pool, lane, logger);
        Address = (IPEndPoint)socket.LocalEndPoint!;
        var descriptor = (int)socket.Handle;
        _acceptors = [.. loops.Select(loop => new Acceptor(loop, this, descriptor))];
        Post(acceptor => acceptor.Begin());
    }

    public IPEndPoint Address { get; }

    /// <summary>The memory of what the server reads and writes.</summary>
    public MemoryPool<byte> Pool { get; }

    /// <summary>The short way of plain requests; null: there is none here.</summary>
    public ExpressLane? Lane { get; }

    /// <inheritdoc/>
    public EndPoint EndPoint => Address;

    /// <summary>The loop for a connection that was accepted on one: the same, unless that has many more than another.</summary>
    public EngineLoop LoopFor(EngineLoop accepted)
    {
        var least = accepted;
        foreach (var loop in _loops)
        {
            least = loop.Connections < least.Connections ? loop : least;
        }

        return accepted.Connections > (least.Connections * 9L / 8) + 8 ? least : accepted;
    }

    /// <summary>Gives a connection to the server. Any thread.</summary>
    /// <returns>False: it doesn't take any more.</returns>
    public bool TryGive(ConnectionContext connection) => _connections.Writer.TryWrite(connection);

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _connections.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_connections.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (_connections.Writer.TryComplete())
        {
            await Task.WhenAll(Post(acceptor => acceptor.End()));
            _socket.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        while (_connections.Reader.TryRead(out var connection))
        {
            await connection.DisposeAsync();
        }
    }

    [LoggerMessage(1107, LogLevel.Warning, "Connections wait to be accepted: this process or machine has no more file descriptors, or no memory for them.", EventName = nameof(LogTooManyFiles))]
    public partial void LogTooManyFiles();

    private Task[] Post(Action<Acceptor> action)
    {
        var items = Array.ConvertAll(_acceptors, acceptor => new AcceptorItem(acceptor, action));
        for (var i = 0; i < items.Length; i++)
        {
            _loops[i].Post(items[i]);
        }

        return Array.ConvertAll(items, item => item.Done.Task);
    }

    private sealed class AcceptorItem(Acceptor acceptor, Action<Acceptor> action) : ILoopItem<DeliveryLoop>
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute(DeliveryLoop loop)
        {
            action(acceptor);
            Done.SetResult();
        }
    }
}
