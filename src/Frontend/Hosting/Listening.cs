using System.Net;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Frontend.Management;

namespace SseFabric.Frontend.Hosting;

/// <summary>Decides on what addresses Kestrel listens, and hands them to it as configuration, so that everything Kestrel takes stays possible.</summary>
internal static class Listening
{
    private const string DefaultUrl = "http://127.0.0.1:8080";
    private const string UrlsKey = "urls";
    private const string HttpPortsKey = "http_ports";
    private const string HttpsPortsKey = "https_ports";
    private const string EndpointsKey = "Kestrel:Endpoints";
    private const string AcceptedUrl = "http://ADDRESS:PORT or https://ADDRESS:PORT, with localhost a port other than 0";

    /// <summary>What is wrong with the addresses.</summary>
    public static IEnumerable<OptionError> Check(ProgramStart start)
    {
        var urls = start.Configuration[UrlsKey] ?? "";
        foreach (var url in Split(urls).Where(url => !IsUrl(url)))
        {
            yield return OptionError.OfValue(UrlsKey, url, AcceptedUrl + ", more than one separated by ;");
        }

        var endpoints = start.Configuration.GetSection(EndpointsKey).GetChildren().ToList();
        if (endpoints.Count > 0 && urls.Length > 0)
        {
            yield return OptionError.OfValue(UrlsKey, urls, $"only without {EndpointsKey}, which names addresses too");
        }

        foreach (var endpoint in endpoints.Where(endpoint => !IsUrl(endpoint["Url"])))
        {
            yield return OptionError.OfValue($"{endpoint.Path}:Url", endpoint["Url"], AcceptedUrl);
        }

        foreach (var key in new[] { HttpPortsKey, HttpsPortsKey })
        {
            foreach (var port in Split(start.Configuration[key]).Where(port => !ushort.TryParse(port, out _)))
            {
                yield return OptionError.OfValue(key, port, "ports, 0 to 65535, more than one separated by ;");
            }
        }

        foreach (var error in CheckManagement(start.Options.Management))
        {
            yield return error;
        }

        if (start.Options.Publish is { Keys.Count: 0, Open: false } && Reachable(start).ToList() is { Count: > 0 } reachable)
        {
            yield return new OptionError(
                $"{FabricOptions.SectionName}:Publish:Keys",
                $"(empty) is not accepted, as anybody could publish who reaches {string.Join(", ", reachable)}",
                "one key or more, Fabric:Publish:Open=true if anybody may, or to listen on loopback addresses alone");
        }
    }

    private static IEnumerable<OptionError> CheckManagement(ManagementOptions management)
    {
        if (string.IsNullOrEmpty(management.Key) && ListenAddress.TryParse(management.Listen, out var listen) && !IPAddress.IsLoopback(listen.Address))
        {
            yield return new OptionError(
                $"{FabricOptions.SectionName}:Management:Key",
                $"(empty) is not accepted, as others than this machine reach \"{management.Listen}\" ({FabricOptions.SectionName}:Management:Listen)",
                "a key, or to listen on a loopback address");
        }
    }

    /// <summary>The endpoints for Kestrel, and nothing in the keys that it would warn of beside them.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> ForKestrel(ProgramStart start)
    {
        var configuration = start.Configuration;
        if (!configuration.GetSection(EndpointsKey).GetChildren().Any())
        {
            foreach (var (index, url) in Urls(configuration).Index())
            {
                yield return new($"{EndpointsKey}:{index}:Url", url);
            }
        }

        // Listed after all others, as Kestrel takes them in the order of their names.
        if (ListenAddress.TryParse(start.Options.H2c.Listen, out var h2c))
        {
            yield return new($"{EndpointsKey}:~h2c:Url", $"http://{h2c}");
            yield return new($"{EndpointsKey}:~h2c:Protocols", "Http2");
        }

        if (ListenAddress.TryParse(start.Options.Management.Listen, out var management))
        {
            yield return new($"{EndpointsKey}:{ManagementListener.EndpointName}:Url", $"http://{management}");
        }

        foreach (var key in new[] { UrlsKey, HttpPortsKey, HttpsPortsKey })
        {
            yield return new(key, "");
        }
    }

    /// <summary>The addresses that Kestrel has been told, for messages.</summary>
    public static IEnumerable<string?> Configured(IConfiguration configuration) =>
        configuration.GetSection(EndpointsKey).GetChildren().Select(endpoint => endpoint["Url"]);

    /// <summary>The ports of the addresses that Kestrel has been told, and whether each is of plain HTTP/1 and serves everything.</summary>
    public static IEnumerable<(int Port, bool IsPlain)> Ports(IConfiguration configuration) =>
        from endpoint in configuration.GetSection(EndpointsKey).GetChildren()
        let url = endpoint["Url"]
        where IsUrl(url)
        let address = BindingAddress.Parse(url)
        select (address.Port, address.Scheme == "http" && endpoint.Key[0] != '~' && endpoint["Protocols"] is null && configuration["Kestrel:EndpointDefaults:Protocols"] is null);

    private static string[] Urls(IConfiguration configuration)
    {
        if (Split(configuration[UrlsKey]) is { Length: > 0 } urls)
        {
            return urls;
        }

        var http = Split(configuration[HttpPortsKey]).Select(port => $"http://*:{port}");
        var https = Split(configuration[HttpsPortsKey]).Select(port => $"https://*:{port}");
        return [.. http.Concat(https).DefaultIfEmpty(DefaultUrl)];
    }

    /// <summary>The addresses, with their keys, that other machines may reach.</summary>
    private static IEnumerable<string> Reachable(ProgramStart start)
    {
        var endpoints = start.Configuration.GetSection(EndpointsKey).GetChildren().ToList();
        var key = Split(start.Configuration[UrlsKey]).Length > 0 ? UrlsKey : $"{HttpPortsKey}, {HttpsPortsKey}";
        var urls = endpoints.Count > 0
            ? endpoints.Select(endpoint => (Key: $"{endpoint.Path}:Url", Url: endpoint["Url"] ?? ""))
            : Urls(start.Configuration).Select(url => (Key: key, Url: url));
        foreach (var (name, url) in urls.Where(address => IsUrl(address.Url) && !IsLoopback(BindingAddress.Parse(address.Url))))
        {
            yield return $"\"{url}\" ({name})";
        }

        if (ListenAddress.TryParse(start.Options.H2c.Listen, out var h2c) && !IPAddress.IsLoopback(h2c.Address))
        {
            yield return $"\"{start.Options.H2c.Listen}\" ({FabricOptions.SectionName}:H2c:Listen)";
        }
    }

    // As Kestrel takes a host: any name but localhost is every address.
    private static bool IsLoopback(BindingAddress address) =>
        address.IsUnixPipe || address.IsNamedPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsUrl(string? url)
    {
        try
        {
            var address = BindingAddress.Parse(url ?? "");
            return address.Scheme is "http" or "https" && address.PathBase.Length == 0 && address.Host.Length > 0
                && address.Port is >= 0 and <= ushort.MaxValue && !(address.Port == 0 && address.Host == "localhost");
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
