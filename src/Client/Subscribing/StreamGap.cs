using System.Text.Json;

namespace SseFabric.Client.Subscribing;

/// <summary>Events of a channel may be missing at this place; what is retained after the hole follows.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Reason"><c>evicted</c>, <c>epoch</c>, <c>unknown</c>, <c>slow</c> or <c>rejected</c>; a later server may give others.</param>
/// <param name="LastEventId">The position before it. The server moves it behind the hole with what follows.</param>
public sealed record StreamGap(string Channel, string Reason, string LastEventId) : StreamItem(LastEventId)
{
    internal const string EventType = "missedevents";

    /// <summary>Reads the data of a <c>missedevents</c> event. Unreadable data is a gap all the same, of an empty channel name.</summary>
    internal static StreamGap Read(string data, string lastEventId)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            return new StreamGap(Member(document, "channel"), Member(document, "reason"), lastEventId);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new StreamGap("", data, lastEventId);
        }
    }

    private static string Member(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out var member) ? member.GetString() ?? "" : "";
}
