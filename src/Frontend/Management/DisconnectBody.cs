using System.Text.Json;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Management;

/// <summary>Reads <c>{"channel":"…"}</c> or <c>{"token":"…"}</c>, whatever the content type says.</summary>
internal static class DisconnectBody
{
    private const string Accepted = """The body is {"channel":"NAME"} or {"token":"JTI"}""";

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <returns>What is to be ended, or what is wrong with the body.</returns>
    public static async ValueTask<(Disconnection? What, string Fault)> ReadAsync(HttpContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, s_strict, context.RequestAborted);
            return Read(body.RootElement);
        }
        catch (JsonException bad)
        {
            return (null, $"{Accepted}; this is no such JSON: {bad.Message}");
        }
        catch (InvalidOperationException)
        {
            return (null, $"{Accepted}; a string here holds half of a surrogate pair.");
        }
    }

    private static (Disconnection? What, string Fault) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || body.GetPropertyCount() != 1)
        {
            return (null, $"{Accepted}, with this one member.");
        }

        var member = body.EnumerateObject().First();
        if (member.Value.ValueKind != JsonValueKind.String)
        {
            return (null, $"{Accepted}; '{member.Name}' is no text here.");
        }

        var text = member.Value.GetString()!;
        return member.Name switch
        {
            "channel" => ChannelName.TryParse(text, out var channel, out var error) ? (Disconnection.OfChannel(channel), "") : (null, error),
            "token" when text.Length is > 0 and <= Disconnection.MaxTokenIdLength => (Disconnection.OfToken(text), ""),
            "token" => (null, $"A token's id has 1 to {Disconnection.MaxTokenIdLength} characters; this one has {text.Length}."),
            _ => (null, $"{Accepted}; there is no member '{member.Name}'."),
        };
    }
}
