using System.Text;
using System.Text.Json;
using SseFabric.Contracts;

namespace SseFabric.Client.Recording;

/// <summary>An event that <see cref="RecordingPublisher"/> was given. Immutable.</summary>
/// <param name="Channel">Where it was published.</param>
/// <param name="Type">Its type.</param>
/// <param name="Data">Its data.</param>
public sealed record RecordedEvent(ChannelName Channel, string Type, ReadOnlyMemory<byte> Data)
{
    /// <summary>The data as text.</summary>
    public string Text => Encoding.UTF8.GetString(Data.Span);

    /// <summary>The reconnection time that the event carries; null if none.</summary>
    public TimeSpan? Retry { get; init; }

    /// <summary>Reads the data as JSON.</summary>
    /// <exception cref="JsonException">It isn't.</exception>
    public JsonElement Json() => JsonSerializer.Deserialize<JsonElement>(Data.Span);

    /// <summary>Reads the data as the JSON of a <typeparamref name="T"/>; by default in ASP.NET Core's way, camel case.</summary>
    /// <exception cref="JsonException">It isn't.</exception>
    public T? Json<T>(JsonSerializerOptions? options = null) => JsonSerializer.Deserialize<T>(Data.Span, options ?? JsonSerializerOptions.Web);
}
