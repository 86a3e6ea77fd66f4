using SseFabric.Channels.Formats;
using SseFabric.Channels.Resp;
using SseFabric.Contracts;

namespace SseFabric.Channels.RespDoor;

/// <summary>Hands a connection's events to the fabric, consecutive ones of a channel as one batch, and answers each. One thread.</summary>
internal sealed class DoorPublisher(IChannelFabric fabric, RespWriter replies)
{
    private DoorChannel? _channel;

    // Never reused: a fabric may keep what it was handed.
    private List<NewEvent> _pending = [];

    /// <summary>Takes an event, or refuses a payload that is not of the channel's format; not yet, if what was taken before must go first.</summary>
    public bool TryAdd(DoorChannel channel, ReadOnlySpan<byte> payload)
    {
        if (_pending.Count > 0 && _channel != channel && _channel!.Name != channel.Name)
        {
            return false;
        }

        if (Payload.TryRead(channel.Format, payload.ToArray(), out var offered, out var error))
        {
            _channel = channel;
            _pending.Add(offered);
            return true;
        }

        if (_pending.Count > 0)
        {
            return false;
        }

        replies.Error($"ERR the payload is not of the format of the channel '{channel.Name}': {error}");
        return true;
    }

    /// <summary>Publishes what has been taken and writes the replies.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count == 0)
        {
            return;
        }

        var events = _pending;
        _pending = [];
        var result = await fabric.PublishAsync(_channel!.Name, events, cancellationToken);
        if (events.Count > 1 && result.Outcome is PublishOutcome.BadFormat or PublishOutcome.TooLarge)
        {
            // None was accepted for the sake of one; the others must not pay for it.
            foreach (var single in events)
            {
                Reply(await fabric.PublishAsync(_channel.Name, [single], cancellationToken));
            }

            return;
        }

        for (var left = events.Count; left > 0; left--)
        {
            Reply(result);
        }
    }

    /// <summary>The error for a payload over the channel's limit.</summary>
    public static string TooLarge(DoorChannel channel, long bytes) =>
        $"ERR the payload has {bytes} bytes; the channel '{channel.Name}' takes up to {channel.MaxEventBytes} (MaxEventBytes)";

    private void Reply(PublishResult result)
    {
        switch (result.Outcome)
        {
            case PublishOutcome.Accepted:
                replies.Integer(result.Subscribers);
                break;
            case PublishOutcome.TooLarge:
                replies.Error($"ERR the payload is larger than the channel '{_channel!.Name}' takes, {_channel.MaxEventBytes} bytes (MaxEventBytes)");
                break;
            case PublishOutcome.BadFormat:
                replies.Error($"ERR the payload is not of the format of the channel '{_channel!.Name}'");
                break;
            case PublishOutcome.Overloaded:
                replies.Error("OOM too much is waiting for delivery; nothing was published, try again later");
                break;
            default:
                replies.Error("TRYAGAIN the channel's owner can't be reached now; the event may or may not have been published");
                break;
        }
    }
}
