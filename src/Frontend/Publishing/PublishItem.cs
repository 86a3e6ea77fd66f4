using System.Buffers.Text;
using System.Text;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Publishing;

/// <summary>One thing to publish, as a query, a form or a JSON object says it: each of the messages on each of the channels. What is missing may come from the query.</summary>
internal sealed class PublishItem
{
    private readonly List<ChannelName> _channels = [];
    private readonly List<ReadOnlyMemory<byte>> _messages = [];

    public IReadOnlyList<ChannelName> Channels => _channels;

    public IReadOnlyList<ReadOnlyMemory<byte>> Messages => _messages;

    /// <summary>The events' type; null: as the payload or the default says.</summary>
    public string? Type { get; private set; }

    public TimeSpan? Retry { get; private set; }

    public string? Key { get; private set; }

    /// <summary>Takes a channel.</summary>
    /// <returns>What is wrong; null if nothing is. So with the others.</returns>
    public string? AddChannel(ReadOnlySpan<byte> utf8)
    {
        if (!ChannelName.TryParse(utf8, out var channel, out var error))
        {
            return error;
        }

        if (_channels.Count == PublishLimits.MaxEvents)
        {
            return $"It names more than {PublishLimits.MaxEvents} channels.";
        }

        _channels.Add(channel);
        return null;
    }

    public void AddChannel(ChannelName channel) => _channels.Add(channel);

    public string? AddMessage(ReadOnlyMemory<byte> message)
    {
        if (_messages.Count == PublishLimits.MaxEvents)
        {
            return $"It has more than {PublishLimits.MaxEvents} messages.";
        }

        _messages.Add(message);
        return null;
    }

    /// <summary>An empty type is none (HTML standard, "dispatch the event").</summary>
    public string? SetType(string type)
    {
        if (type.Length > 0 && !NewEvent.IsValidType(type))
        {
            return $"The event's type has up to {NewEvent.MaxTypeLength} characters without CR, LF and NUL; this one has {type.Length}.";
        }

        Type = type.Length == 0 ? null : type;
        return null;
    }

    public string? SetRetry(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !Utf8Parser.TryParse(text, out int milliseconds, out var read) || read != text.Length)
        {
            return $"'retry' is a whole number of milliseconds, 0 to {int.MaxValue}; this is '{Encoding.UTF8.GetString(text[..Math.Min(text.Length, 20)])}'.";
        }

        Retry = TimeSpan.FromMilliseconds(milliseconds);
        return null;
    }

    public void SetKey(string key) => Key = key;

    /// <summary>Takes from the query what isn't said here.</summary>
    public void Complete(PublishItem query)
    {
        if (_channels.Count == 0)
        {
            _channels.AddRange(query._channels);
        }

        if (_messages.Count == 0)
        {
            _messages.AddRange(query._messages);
        }

        Type ??= query.Type;
        Retry ??= query.Retry;
        Key ??= query.Key;
    }
}
