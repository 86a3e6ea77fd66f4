using SseFabric.Channels.Configuration;

namespace SseFabric.Channels.Hosting;

/// <summary>Which options the command line knows, and the configuration key that each sets.</summary>
internal static class CommandLineOptions
{
    /// <summary>The option that names a file; it sets no key.</summary>
    public const string Config = "config";

    private const string Port = "port";
    private const string Urls = "urls";

    private static readonly Dictionary<string, string> s_shortForms = new(StringComparer.OrdinalIgnoreCase)
    {
        [Port] = Urls,
        [Urls] = Urls,
        ["redis"] = $"{FabricOptions.SectionName}:{nameof(FabricOptions.Redis)}",
        ["profile"] = $"{FabricOptions.SectionName}:{nameof(FabricOptions.Profile)}",
        [Config] = Config,
        ["environment"] = "environment",
        ["contentRoot"] = "contentRoot",
        ["AllowedHosts"] = "AllowedHosts",
    };

    private static readonly string[] s_sections = [FabricOptions.SectionName, "Logging", "Kestrel"];

    // A silo listens to no HTTP clients.
    private static readonly string[] s_frontendOnly = [Port, Urls];

    /// <summary>The configuration key of an option; null if there is no such option.</summary>
    public static string? KeyOf(string name, FabricProgram program)
    {
        if (s_shortForms.TryGetValue(name, out var key))
        {
            return IsOf(program, name) ? key : null;
        }

        var isInSection = Array.Exists(s_sections, section =>
            name.Length > section.Length + 1 && name[section.Length] == ':' && name.StartsWith(section, StringComparison.OrdinalIgnoreCase));
        return isInSection ? name : null;
    }

    /// <summary>Whether this is the short form of a listening address.</summary>
    public static bool IsPort(string name) => name.Equals(Port, StringComparison.OrdinalIgnoreCase);

    /// <summary>All options, for messages.</summary>
    public static string Known(FabricProgram program)
    {
        var names = s_shortForms.Keys.Where(name => IsOf(program, name)).Concat(["help", "version"]).Select(name => $"--{name}");
        return string.Join(", ", names.Concat(s_sections.Select(section => $"--{section}:KEY")));
    }

    private static bool IsOf(FabricProgram program, string name) =>
        program == FabricProgram.Frontend || !s_frontendOnly.Contains(name, StringComparer.OrdinalIgnoreCase);
}
