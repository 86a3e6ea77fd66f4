using SseFabric.Channels.Configuration;
using SseFabric.Channels.Formats;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Publishing;

/// <summary>What a request publishes: to each of its channels, in the order first named, events in their order. All is checked before any of it is published.</summary>
internal sealed class Publication(ChannelRules rules)
{
    private readonly Dictionary<ChannelName, ChannelPart> _parts = [];
    private readonly List<ChannelPart> _inOrder = [];

    public IReadOnlyList<ChannelPart> Parts => _inOrder;

    /// <summary>How many events there are; one for several channels counts once for each.</summary>
    public int Count { get; private set; }

    /// <summary>Takes each message of an item for each of its channels.</summary>
    /// <param name="item">The item.</param>
    /// <param name="where">What errors begin with, so that the item is found.</param>
    /// <returns>Why it can't be published; null if it can.</returns>
    public PublishRefusal? Add(PublishItem item, string where)
    {
        if (item.Channels.Count == 0 || item.Messages.Count == 0)
        {
            return PublishRefusal.BadRequest($"{where}There is no {(item.Channels.Count == 0 ? "channel" : "message")}.");
        }

        // A name that is repeated counts once.
        foreach (var channel in item.Channels.Distinct())
        {
            var part = PartOf(channel);
            foreach (var message in item.Messages)
            {
                if (Add(part, item, message, where) is { } refusal)
                {
                    return refusal;
                }
            }
        }

        return null;
    }

    /// <summary>Takes an event whose data is not of the channel's format.</summary>
    /// <returns>Why it can't be published; null if it can.</returns>
    public PublishRefusal? Add(ChannelName channel, NewEvent offered, string where)
    {
        var part = PartOf(channel);
        if (CheckBounds(part, offered.Data.Length, where) is { } refusal)
        {
            return refusal;
        }

        part.Events.Add(offered);
        Count++;
        return null;
    }

    private PublishRefusal? Add(ChannelPart part, PublishItem item, ReadOnlyMemory<byte> message, string where)
    {
        if (CheckBounds(part, message.Length, where) is { } refusal)
        {
            return refusal;
        }

        if (!Payload.TryRead(part.Rule.PublishedFormat, message, out var offered, out var error))
        {
            return PublishRefusal.BadFormat($"{where}The payload is not of the format of the channel '{part.Channel}': {error}.");
        }

        part.Events.Add(offered with { Type = item.Type ?? offered.Type, Retry = item.Retry ?? offered.Retry });
        Count++;
        return null;
    }

    private PublishRefusal? CheckBounds(ChannelPart part, int length, string where)
    {
        if (Count == PublishLimits.MaxEvents)
        {
            return PublishRefusal.TooLarge($"A request publishes at most {PublishLimits.MaxEvents} events, one for several channels counting once for each; this one has more.");
        }

        return length > part.Rule.MaxEventBytes
            ? PublishRefusal.TooLarge($"{where}The event has {length} bytes; the channel '{part.Channel}' takes up to {part.Rule.MaxEventBytes} (MaxEventBytes).")
            : null;
    }

    private ChannelPart PartOf(ChannelName channel)
    {
        if (!_parts.TryGetValue(channel, out var part))
        {
            part = new ChannelPart(channel, rules.For(channel), []);
            _parts.Add(channel, part);
            _inOrder.Add(part);
        }

        return part;
    }
}
