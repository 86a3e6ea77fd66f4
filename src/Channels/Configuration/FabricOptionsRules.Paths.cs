using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>The paths over HTTP, and who may use them.</summary>
internal sealed partial class FabricOptionsRules
{
    private const int MaxKeyLength = 1024;

    private void CheckStreamPath()
    {
        var path = options.Stream.Path;
        CheckPath("Stream:Path", path, "/events");
        if (ChannelsPathForm().IsMatch(path))
        {
            Refuse("Stream:Path", path, "a path other than /channels/CHANNEL, below which events are published");
        }
    }

    private void CheckPath(string key, string path, string example)
    {
        if (path.Length > 0 && !PathForm().IsMatch(path))
        {
            Refuse(key, path, $"a path such as {example}, without query, braces, escapes and a / at its end, or empty");
        }
        else if (ManagementPaths.All.FirstOrDefault(first => IsAtOrBelow(path, first)) is { } first)
        {
            Refuse(key, path, $"a path outside {first}, which comes first");
        }
    }

    private void CheckOrigins(string key, List<string> origins)
    {
        for (var i = 0; i < origins.Count; i++)
        {
            var origin = origins[i];
            if (origin != "*" && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase)))
            {
                Refuse($"{key}:{i}", origin, "an origin such as https://example.org, without path, or *");
            }
        }
    }

    private void CheckPublish()
    {
        var publish = options.Publish;
        CheckPath("Publish:Path", publish.Path, "/publish");
        if (ChannelsPathForm().IsMatch(publish.Path))
        {
            Refuse("Publish:Path", publish.Path, "a path other than /channels/CHANNEL/events, where events are published to one channel");
        }
        else if (IsStreamPath(publish.Path))
        {
            Refuse("Publish:Path", publish.Path, $"a path outside Fabric:Stream:Path, which is {options.Stream.Path}");
        }
        else if (IsCyclonePath(publish.Path))
        {
            Refuse("Publish:Path", publish.Path, "a path other than /, which the profile cyclone serves");
        }

        for (var i = 0; i < publish.Keys.Count; i++)
        {
            CheckKey($"Publish:Keys:{i}", publish.Keys[i]);
        }

        CheckOrigins("Publish:Origins", publish.Origins);
        if (publish.Keys.Count == 0 && publish.Origins.IndexOf("*") is >= 0 and var every)
        {
            Refuse($"Publish:Origins:{every}", "*", "an origin such as https://example.org; * only with Fabric:Publish:Keys, or any page could publish through a visitor's browser");
        }
    }

    private void CheckManagement()
    {
        if (!string.IsNullOrEmpty(options.Management.Key))
        {
            CheckKey("Management:Key", options.Management.Key);
        }
    }

    private void CheckKey(string name, string key)
    {
        if (key.Length is 0 or > MaxKeyLength || key.Any(char.IsControl) || key.Trim() != key)
        {
            Refuse(name, key, $"a key of 1 to {MaxKeyLength} characters, without control characters and without spaces around it");
        }
    }

    private bool IsCyclonePath(string path) => path == "/" && options.HasProfile(FabricOptions.CycloneProfile) && options.Stream.Path.Length > 0;

    private static bool IsAtOrBelow(string path, string other) =>
        path.Equals(other, StringComparison.OrdinalIgnoreCase) || path.StartsWith(other + "/", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(/|(/[A-Za-z0-9._~!$&'()+,;=:@-]+)+)\z")]
    private static partial Regex PathForm();

    // Of /channels/x, the stream of the channel "events" would stand where x is published to.
    [GeneratedRegex(@"^/channels/[^/]+(/events)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex ChannelsPathForm();
}
