using System.Text;
using SseFabric.Channels.Resp;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>Reads what the server pushes and hands it out, in the server's order. One thread: the source's loop.</summary>
internal sealed class RedisPubSubReader(
    SourceSubscriptionTable table, RedisCommandWriter commands, SourceCounters counters, Action<SourceSubscription, string> onRefused)
{
    private SourceSubscription? _skipped;
    private long _skippedLength;
    private long _skipBytes;

    /// <summary>Handles all that is complete.</summary>
    /// <returns>How many bytes that was.</returns>
    /// <exception cref="RedisLinkException">The bytes are not of the protocol.</exception>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new RespReader(bytes);
        while (reader.Position < bytes.Length)
        {
            if (_skipBytes > 0)
            {
                Skip(ref reader, bytes.Length);
                continue;
            }

            var start = reader.Position;
            var status = reader.TrySkip("*3\r\n$7\r\nmessage\r\n"u8) ? ReadMessage(ref reader) : ReadOther(ref reader);
            if (status == RespStatus.Incomplete)
            {
                return start;
            }

            if (status == RespStatus.Invalid)
            {
                throw new RedisLinkException("The server sent something that is not of the Redis protocol.");
            }
        }

        return reader.Position;
    }

    private RespStatus ReadMessage(ref RespReader reader)
    {
        var status = reader.TryRead(out var channel);
        if (status != RespStatus.Complete)
        {
            return status;
        }

        status = reader.TryReadBulkHead(out var length);
        if (status != RespStatus.Complete)
        {
            return status;
        }

        // Nothing is kept of a message that nobody waits for.
        var subscription = table.Find(channel.Bytes);
        if (length > (subscription?.MaxEventBytes ?? 0))
        {
            (_skipped, _skippedLength, _skipBytes) = (subscription, length, length + 2);
            return RespStatus.Complete;
        }

        status = reader.TryReadBody(length, out var payload);
        if (status == RespStatus.Complete && subscription is not null)
        {
            counters.MessageReceived(payload.Length);
            subscription.Deliver(payload.ToArray());
        }

        return status;
    }

    private RespStatus ReadOther(ref RespReader reader)
    {
        var start = reader.Position;
        var status = reader.TryRead(out var head);
        if (status != RespStatus.Complete)
        {
            return status;
        }

        if (head.Kind == RespKind.Error)
        {
            Refused(Encoding.UTF8.GetString(head.Bytes));
            return status;
        }

        if (head.Children == 0)
        {
            Ponged();
            return status;
        }

        status = reader.TryRead(out var kind);
        if (status != RespStatus.Complete)
        {
            return status;
        }

        if (head.Count == 3 && kind.Bytes.SequenceEqual("message"u8))
        {
            return ReadMessage(ref reader);
        }

        var isConfirmation = kind.Bytes.SequenceEqual("subscribe"u8) || kind.Bytes.SequenceEqual("unsubscribe"u8);
        if (isConfirmation)
        {
            status = reader.TryRead(out var channel);
            reader.Position = start;
            if (status != RespStatus.Complete || (status = reader.TrySkipValue()) != RespStatus.Complete)
            {
                return status;
            }

            Confirmed(channel.Bytes);
            return status;
        }

        var isPong = kind.Bytes.SequenceEqual("pong"u8);
        reader.Position = start;
        status = reader.TrySkipValue();
        if (status == RespStatus.Complete && isPong)
        {
            Ponged();
        }

        return status;
    }

    private void Confirmed(ReadOnlySpan<byte> channel)
    {
        // A confirmation that was not asked for (a proxy's, say) concerns nothing that is awaited.
        if (commands.Awaited is not { Kind: not SourceCommandKind.Ping } command
            || !channel.SequenceEqual(command.Subscriptions[command.Confirmed].Key))
        {
            return;
        }

        var subscription = command.Subscriptions[command.Confirmed++];
        if (command.Confirmed == command.Subscriptions.Count)
        {
            commands.Answered();
        }

        table.Confirm(subscription);
    }

    private void Ponged()
    {
        if (commands.Awaited is { Kind: SourceCommandKind.Ping })
        {
            commands.Answered();
        }
    }

    private void Refused(string error)
    {
        if (commands.Awaited is not { } command)
        {
            throw new RedisLinkException(error);
        }

        commands.Answered();
        foreach (var subscription in command.Subscriptions.Skip(command.Confirmed))
        {
            if (table.Refuse(subscription, command.Kind))
            {
                onRefused(subscription, error);
            }
        }
    }

    private void Skip(ref RespReader reader, int end)
    {
        var count = (int)Math.Min(_skipBytes, end - reader.Position);
        reader.Position += count;
        _skipBytes -= count;
        if (_skipBytes == 0 && _skipped is not null)
        {
            counters.OversizedSeen();
            _skipped.TellOversized(_skippedLength);
            _skipped = null;
        }
    }
}
