using System.Globalization;
using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>Where numbers are sent.</summary>
internal sealed partial class FabricOptionsRules
{
    private void CheckGraphite()
    {
        var (server, path) = (options.Graphite.Server, options.Graphite.Path);
        if (server.Length > 0 && !(ServerForm().Match(server) is { Success: true } match && ushort.TryParse(match.Groups["port"].Value, CultureInfo.InvariantCulture, out var port) && port > 0))
        {
            Refuse("Graphite:Server", server, "host:port, the host a name or an IP address (IPv6 in brackets), the port 1 to 65535, or empty");
        }

        if (!GraphitePathForm().IsMatch(path))
        {
            Refuse("Graphite:Path", path, "names of ASCII letters, digits, - and _, joined by dots, 1 to 200 characters");
        }
    }

    [GeneratedRegex(@"^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(?<port>[0-9]{1,5})\z")]
    private static partial Regex ServerForm();

    [GeneratedRegex(@"^(?=.{1,200}\z)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\z")]
    private static partial Regex GraphitePathForm();
}
