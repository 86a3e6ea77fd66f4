namespace SseFabric.Channels.Configuration;

/// <summary>The paths for those who run the fabric. They come first, also where nothing is there yet: no route and no channel has one. Immutable.</summary>
public static class ManagementPaths
{
    /// <summary>Each stands for itself and everything below it.</summary>
    public static IReadOnlyList<string> All { get; } = ["/health", "/metrics", "/stats", "/dashboard", "/admin"];
}
