using System.Text.Json;
using SseFabric.Contracts;

namespace SseFabric.Client.Subscribing;

/// <summary>An event.</summary>
/// <param name="Type">Its type, <see cref="NewEvent.DefaultType"/> if it names none.</param>
/// <param name="Data">Its data, lines separated by LF.</param>
/// <param name="LastEventId">The position after it.</param>
public sealed record StreamEvent(string Type, string Data, string LastEventId) : StreamItem(LastEventId)
{
    /// <summary>Reads the data as the JSON of a <typeparamref name="T"/>; by default in ASP.NET Core's way, camel case.</summary>
    /// <exception cref="JsonException">It isn't.</exception>
    public T? Json<T>(JsonSerializerOptions? options = null) => JsonSerializer.Deserialize<T>(Data, options ?? JsonSerializerOptions.Web);
}
