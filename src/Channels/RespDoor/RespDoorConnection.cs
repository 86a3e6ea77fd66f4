using System.Net.Sockets;
using SseFabric.Channels.Resp;
using SseFabric.Contracts;

namespace SseFabric.Channels.RespDoor;

/// <summary>One publisher's connection: reads commands, carries them out in order, answers. One loop.</summary>
/// <remarks>Replies to all that one read of the socket brought go out in one write.</remarks>
internal sealed class RespDoorConnection : IDisposable
{
    private const int MaxUnsentBytes = 64 << 10;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly DoorChannels _channels;
    private readonly DoorSession _session;
    private readonly DoorPublisher _publisher;
    private readonly DoorDeadline _deadline;
    private readonly RespBuffer _buffer = new();
    private readonly RespCommand _command = new();
    private string? _skippedError;
    private long _received;
    private bool _isPartial;

    public RespDoorConnection(
        Socket socket, long id, string? password, DoorChannels channels, IChannelFabric fabric, DoorServer server, TimeProvider time)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _channels = channels;
        _session = new DoorSession(id, socket.RemoteEndPoint?.ToString() ?? "", password, new RespCommandReader(MaxArgumentBytes), server);
        _publisher = new DoorPublisher(fabric, _session.Replies);
        _deadline = new DoorDeadline(time);
    }

    public long Id => _session.Id;

    public string Address => _session.Address;

    /// <summary>Whether the client has kept the door waiting for too long.</summary>
    public bool IsOverdue => _deadline.HasPassed;

    /// <summary>Runs until the client leaves, breaks the protocol, or <paramref name="stopping"/> is set; what has been begun is finished.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            do
            {
                AwaitMore();
                var count = await _buffer.FillAsync(_stream, stopping);
                _deadline.Clear();
                if (count == 0)
                {
                    return;
                }

                _received += count;
            }
            while (await ProcessAsync());

            await CloseAsync(stopping);
        }
        finally
        {
            _buffer.Dispose();
        }
    }

    /// <summary>Breaks the connection off.</summary>
    public void Dispose() => _stream.Dispose();

    private RespWriter Replies => _session.Replies;

    private void AwaitMore()
    {
        var wasPartial = _isPartial;
        _isPartial = _skippedError is not null || _buffer.Unread.Length > 0;
        if (!_session.IsAuthenticated)
        {
            _deadline.LogIn();
        }
        else if (_isPartial)
        {
            _deadline.Complete(!wasPartial, _received);
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async ValueTask<bool> ProcessAsync()
    {
        var goesOn = true;
        var isMore = true;
        while (goesOn && isMore)
        {
            var status = _session.Reader.TryRead(_buffer.Unread, _command, out var consumed);
            switch (status)
            {
                case RespStatus.Complete:
                    goesOn = TryQueue() || await ExecuteAsync();
                    _isPartial = false;
                    break;
                case RespStatus.Oversized:
                    _skippedError = Oversized();
                    break;
                case RespStatus.Skipped:
                    await _publisher.FlushAsync(default);
                    Replies.Error(_skippedError!);
                    _skippedError = null;
                    _isPartial = false;
                    break;
                case RespStatus.Invalid:
                    await _publisher.FlushAsync(default);
                    Replies.Error($"ERR Protocol error: {_session.Reader.Fault}");
                    goesOn = false;
                    break;
                default:
                    isMore = false;
                    break;
            }

            _buffer.Advance(consumed);
            if (Replies.Written.Length > MaxUnsentBytes)
            {
                await SendAsync();
            }
        }

        await _publisher.FlushAsync(default);
        await SendAsync();
        return goesOn;
    }

    /// <summary>The way of nearly every command: a publish that needs no reply yet.</summary>
    private bool TryQueue()
    {
        if (_command.Count != 3 || !IsPublish(_command) || _session.Transaction is not null || !_session.IsAuthenticated)
        {
            return false;
        }

        var channel = _channels.Find(_command[1]);
        return channel.Error is null && _command[2].Length <= channel.MaxEventBytes && _publisher.TryAdd(channel, _command[2]);
    }

    private async ValueTask<bool> ExecuteAsync()
    {
        await _publisher.FlushAsync(default);
        if (_command.Count == 0)
        {
            return true;
        }

        // A web page in the publisher's browser can make it send HTTP here; Redis ends such a connection the same way.
        if (_command.Is("POST"u8) || _command.Is("Host:"u8))
        {
            return false;
        }

        var known = DoorCommandTable.Find(_command, _session.IsAuthenticated, out var error);
        if (known is null)
        {
            Refuse(error);
        }
        else if (_session.Transaction is { } transaction && !known.IsImmediate)
        {
            Enqueue(transaction);
        }
        else if (known.Name == "exec")
        {
            await ExecuteTransactionAsync();
        }
        else
        {
            await RunAsync(known, _command);
        }

        return !_session.IsEnding;
    }

    private async ValueTask RunAsync(DoorCommand known, RespCommand command)
    {
        if (known.Run is not null)
        {
            await _publisher.FlushAsync(default);
            known.Run(_session, command);
            return;
        }

        var channel = _channels.Find(command[1]);
        if (channel.Error is not null || command[2].Length > channel.MaxEventBytes)
        {
            await _publisher.FlushAsync(default);
            Replies.Error(channel.Error is null ? DoorPublisher.TooLarge(channel, command[2].Length) : BadName(channel));
        }
        else if (!_publisher.TryAdd(channel, command[2]))
        {
            await _publisher.FlushAsync(default);
            _publisher.TryAdd(channel, command[2]);
        }
    }

    private void Enqueue(DoorTransaction transaction)
    {
        if (transaction.TryAdd(_command))
        {
            Replies.Simple("QUEUED"u8);
        }
        else
        {
            Refuse($"ERR the transaction is larger than {DoorTransaction.MaxBytes} bytes");
        }
    }

    private async ValueTask ExecuteTransactionAsync()
    {
        var transaction = _session.Transaction;
        _session.Transaction = null;
        if (transaction is null || transaction.IsBroken)
        {
            Replies.Error(transaction is null ? "ERR EXEC without MULTI" : "EXECABORT Transaction discarded because of previous errors.");
            return;
        }

        Replies.Array(transaction.Commands.Count);
        foreach (var command in transaction.Commands)
        {
            await RunAsync(DoorCommandTable.Find(command.Name)!, command);
        }

        await _publisher.FlushAsync(default);
    }

    private void Refuse(string error)
    {
        Replies.Error(error);
        if (_session.Transaction is { } transaction)
        {
            transaction.IsBroken = true;
        }
    }

    private int MaxArgumentBytes(RespCommand command) =>
        command.Count == 2 && IsPublish(command) ? _channels.Find(command[1]).MaxEventBytes : RespLimits.MaxArgumentBytes;

    private string Oversized()
    {
        if (_session.Transaction is { } transaction)
        {
            transaction.IsBroken = true;
        }

        var bytes = _session.Reader.OversizedBytes;
        if (_command.Count != 2 || !IsPublish(_command))
        {
            return $"ERR an argument has {bytes} bytes; up to {RespLimits.MaxArgumentBytes} are taken";
        }

        var channel = _channels.Find(_command[1]);
        return channel.Error is null ? DoorPublisher.TooLarge(channel, bytes) : BadName(channel);
    }

    private async ValueTask SendAsync()
    {
        if (Replies.Written.Length > 0)
        {
            var sending = _stream.WriteAsync(Replies.Written);
            if (!sending.IsCompleted)
            {
                _deadline.Write();
            }

            await sending;
            _deadline.Clear();
            Replies.Clear();
        }
    }

    // Closed with bytes unread, the socket would be reset, and the client might never see the last reply.
    private async ValueTask CloseAsync(CancellationToken stopping)
    {
        _socket.Shutdown(SocketShutdown.Send);
        _deadline.Write();
        do
        {
            _buffer.Dispose();
        }
        while (await _buffer.FillAsync(_stream, stopping) > 0);
    }

    private static bool IsPublish(RespCommand command) => command.Is("PUBLISH"u8) || command.Is("SPUBLISH"u8);

    private static string BadName(DoorChannel channel) => $"ERR invalid channel name: {channel.Error}";
}
