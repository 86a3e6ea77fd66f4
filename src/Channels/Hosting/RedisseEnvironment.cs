using System.Globalization;
using Microsoft.Extensions.Configuration;
using SseFabric.Channels.Configuration;

namespace SseFabric.Channels.Hosting;

/// <summary>The environment variables of redisse, which in its profile count where nothing else is set.</summary>
internal static class RedisseEnvironment
{
    private const string Redis = "REDISSE_REDIS";
    private const string Port = "REDISSE_PORT";
    private const string Urls = "urls";

    /// <summary>The settings that the variables stand for, beside all of the configuration.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Read(IConfiguration configuration, FabricProgram program, ICollection<OptionError> errors)
    {
        const string profile = $"{FabricOptions.SectionName}:{nameof(FabricOptions.Profile)}";
        const string redis = $"{FabricOptions.SectionName}:{nameof(FabricOptions.Redis)}";
        if (!FabricOptions.RedisseProfile.Equals(configuration[profile], StringComparison.OrdinalIgnoreCase))
        {
            yield break;
        }

        if (configuration[Redis] is { Length: > 0 } server && configuration[redis] is null)
        {
            yield return new(redis, server);
        }

        if (program != FabricProgram.Frontend || configuration[Port] is not { Length: > 0 } text
            || configuration[Urls] is not null || configuration["http_ports"] is not null || configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            yield break;
        }

        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            yield return new(Urls, $"http://127.0.0.1:{port}");
        }
        else
        {
            errors.Add(OptionError.OfValue(Port, text, "a port, 0 (any free one) to 65535"));
        }
    }
}
