namespace SseFabric.TestKit.Clients;

/// <summary>An event as an npm package dispatches it.</summary>
/// <param name="Type">The event's type; <c>message</c> if it named none.</param>
/// <param name="Data">The data.</param>
/// <param name="Id">The last event id with it.</param>
public sealed record NpmEvent(string Type, string Data, string Id);
