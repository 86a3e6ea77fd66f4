using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>A connection as Kestrel has it.</summary>
internal sealed class EngineConnection : DefaultConnectionContext, IDetachable, IMemoryPoolFeature
{
    private readonly ServerSocket _socket;
    private readonly EngineStream _stream;

    public EngineConnection(ServerSocket socket, byte[] received, MemoryPool<byte> pool, IPEndPoint local, IPEndPoint remote)
    {
        _socket = socket;
        MemoryPool = pool;
        _stream = new EngineStream(socket, received);
        ConnectionId = CorrelationId.Next();
        ConnectionClosed = socket.Closed;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        Transport = new Duplex(
            PipeReader.Create(_stream, new StreamPipeReaderOptions(pool, leaveOpen: true)), PipeWriter.Create(_stream, new StreamPipeWriterOptions(pool, leaveOpen: true)));
        Features.Set<IDetachable>(this);
        Features.Set<IPeer>(socket);
        Features.Set<IMemoryPoolFeature>(this);
    }

    /// <inheritdoc/>
    public EngineLoop Loop => _socket.Loop;

    /// <inheritdoc/>
    public MemoryPool<byte> MemoryPool { get; }

    /// <inheritdoc/>
    public void HoldHead() => _stream.Hold();

    /// <inheritdoc/>
    public bool TryDetach(StreamSocket stream)
    {
        var head = _stream.Take();
        if (!_socket.TryDetach(out var detached))
        {
            return false;
        }

        Loop.Post(new StreamSocket.Opening(stream, _socket, detached.Descriptor, detached.Key, head));
        return true;
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason) => _socket.Cut();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _socket.Close();
        await base.DisposeAsync();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
