using SseFabric.Channels.Resp;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>Sends a connection's commands, and keeps in order those whose confirmations are awaited. Any thread.</summary>
/// <remarks>
/// What piles up while a write is on its way goes out in the next one, many channels a command: a thousand channels that are first used at the same
/// moment cost the server a few commands.
/// </remarks>
internal sealed class RedisCommandWriter(Stream stream, Action onFailure) : ISourceCommandQueue
{
    private const int MaxChannelsACommand = 1000;
    private const int MaxCommandsAWrite = 16;

    private readonly Lock _lock = new();
    private readonly Queue<(SourceCommandKind Kind, SourceSubscription? Subscription)> _queued = [];
    private readonly Queue<RedisCommand> _awaiting = [];
    private readonly RespWriter _writer = new();
    private bool _isWriting;

    /// <inheritdoc/>
    public void Enqueue(SourceCommandKind kind, SourceSubscription? subscription)
    {
        lock (_lock)
        {
            _queued.Enqueue((kind, subscription));
            if (_isWriting)
            {
                return;
            }

            _isWriting = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.WriteAsync(), this, preferLocal: false);
    }

    /// <summary>The command that the server answers next; null: none, and an answer is a fault.</summary>
    public RedisCommand? Awaited
    {
        get
        {
            lock (_lock)
            {
                return _awaiting.TryPeek(out var command) ? command : null;
            }
        }
    }

    /// <summary>The server has answered <see cref="Awaited"/>.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            _awaiting.Dequeue();
        }
    }

    // Never fails: it is nobody's to wait for.
    private async Task WriteAsync()
    {
        try
        {
            while (TryEncode())
            {
                await stream.WriteAsync(_writer.Written);
            }
        }
        catch (Exception exception) when (RedisConnector.IsLinkFailure(exception))
        {
            onFailure();
        }
    }

    private bool TryEncode()
    {
        _writer.Clear();
        lock (_lock)
        {
            for (var commands = 0; commands < MaxCommandsAWrite && _queued.TryPeek(out var first); commands++)
            {
                var command = new RedisCommand(first.Kind, Take(first.Kind));
                Encode(command);
                _awaiting.Enqueue(command);
            }

            return _isWriting = _writer.Written.Length > 0;
        }
    }

    private List<SourceSubscription> Take(SourceCommandKind kind)
    {
        var subscriptions = new List<SourceSubscription>();
        while (_queued.TryPeek(out var next) && next.Kind == kind && subscriptions.Count < MaxChannelsACommand)
        {
            _queued.Dequeue();
            if (next.Subscription is not null)
            {
                subscriptions.Add(next.Subscription);
            }

            if (kind is SourceCommandKind.Ping or SourceCommandKind.SubscribeAlone)
            {
                break;
            }
        }

        return subscriptions;
    }

    private void Encode(RedisCommand command)
    {
        _writer.Array(1 + command.Subscriptions.Count);
        _writer.Bulk(command.Kind switch
        {
            SourceCommandKind.Subscribe or SourceCommandKind.SubscribeAlone => "SUBSCRIBE"u8,
            SourceCommandKind.Unsubscribe => "UNSUBSCRIBE"u8,
            _ => "PING"u8,
        });
        foreach (var subscription in command.Subscriptions)
        {
            _writer.Bulk(subscription.Key);
        }
    }
}
