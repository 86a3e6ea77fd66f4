namespace SseFabric.TestKit.Client;

/// <summary>An event that arrived.</summary>
/// <param name="Id">Null where what arrived can't tell.</param>
public sealed record Arrival(string Type, string Text, string? Id = null);
