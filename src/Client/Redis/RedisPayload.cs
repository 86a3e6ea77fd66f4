using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using SseFabric.Contracts;

namespace SseFabric.Client.Redis;

/// <summary>Writes events as Redis messages in their channel's format.</summary>
internal static class RedisPayload
{
    /// <summary>The message, or the answer that there can't be one.</summary>
    public static PublishAnswer? TryWrite(NewEvent offered, RedisPublisherOptions options, out ReadOnlyMemory<byte> message)
    {
        message = offered.Data;
        if (options.Format == RedisPayloadFormat.Text && (offered.Type != NewEvent.DefaultType || offered.Retry is not null))
        {
            return PublishAnswer.Refused(
                PublishOutcome.BadFormat,
                $"A message of format text carries no {(offered.Retry is null ? $"type, and this event's is '{offered.Type}'" : "reconnection time")}; "
                + "a channel whose Format is json does (RedisPublisherOptions.Format).");
        }

        if (options.Format == RedisPayloadFormat.Json)
        {
            if (!Utf8.IsValid(offered.Data.Span))
            {
                return PublishAnswer.Refused(PublishOutcome.BadFormat, "A message of format json carries UTF-8 only, and this event's data isn't UTF-8.");
            }

            message = Json(offered);
        }

        return message.Length <= options.MaxEventBytes
            ? null
            : PublishAnswer.Refused(PublishOutcome.TooLarge, $"The message has {message.Length} bytes; MaxEventBytes is {options.MaxEventBytes}.");
    }

    private static ReadOnlyMemory<byte> Json(NewEvent offered)
    {
        var message = new ArrayBufferWriter<byte>(offered.Data.Length + 64);
        using var json = new Utf8JsonWriter(message);
        json.WriteStartObject();
        if (offered.Type != NewEvent.DefaultType)
        {
            json.WriteString("event"u8, offered.Type);
        }

        json.WriteString("data"u8, offered.Data.Span);
        if (offered.Retry is { } retry)
        {
            json.WriteNumber("retry"u8, (long)retry.TotalMilliseconds);
        }

        json.WriteEndObject();
        json.Flush();
        return message.WrittenMemory;
    }
}
