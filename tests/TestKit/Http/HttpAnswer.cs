using System.Text.Json;

namespace SseFabric.TestKit.Http;

/// <summary>What a publisher was answered.</summary>
public sealed record HttpAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The id of a channel's last event, in an answer for any channels.</summary>
    public string IdOf(string channel) => Json.GetProperty("channels").GetProperty(channel).GetProperty("id").GetString()!;

    /// <summary>The sentence of a refusal.</summary>
    public string Detail => Json.GetProperty("detail").GetString()!;

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
