using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Routing;

/// <summary>The paths that no route takes: those of management, and those of publishing. Immutable; any thread.</summary>
internal sealed class FirstPaths(PublishOptions publish)
{
    private static readonly PathString[] s_management = [.. ManagementPaths.All.Select(path => new PathString(path))];

    public bool Hold(PathString path) =>
        Array.Exists(s_management, first => path.StartsWithSegments(first)) || IsPublish(path.Value?.TrimEnd('/') ?? "");

    private bool IsPublish(string path)
    {
        if (publish.Path.Length > 0 && path.Equals(publish.Path.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // /channels/{channel}/events
        return path.Split('/') is ["", var channels, { Length: > 0 }, var events]
            && channels.Equals("channels", StringComparison.OrdinalIgnoreCase) && events.Equals("events", StringComparison.OrdinalIgnoreCase);
    }
}
