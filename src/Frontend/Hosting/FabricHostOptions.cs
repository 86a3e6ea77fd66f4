using Microsoft.Extensions.Options;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Hosting;

/// <summary>Options of a fabric that an application hosts, checked as the program checks its own.</summary>
internal static class FabricHostOptions
{
    /// <summary>Reads the section <c>Fabric</c>.</summary>
    /// <param name="configuration">The host's configuration; null: it has none.</param>
    /// <param name="configure">Changes what has been read; null: nothing.</param>
    /// <param name="isClustered">Whether the host has a cluster's fabric.</param>
    /// <exception cref="OptionsValidationException">They break a rule; it lists all that do.</exception>
    public static FabricOptions Read(IConfiguration? configuration, Action<FabricOptions>? configure, bool isClustered)
    {
        var errors = new List<OptionError>();
        var options = FabricOptionsReader.Read(configuration ?? new ConfigurationManager(), FabricProgram.Frontend, errors, configure);
        if (options.Cluster.IsMember && !isClustered)
        {
            errors.Add(new OptionError(
                $"{FabricOptions.SectionName}:Cluster", "is of no use to this host, which has no cluster's fabric", "no role and no Redis of a cluster, or AddSseFabricCluster before AddSseFabric"));
        }

        Throw(errors);
        return options;
    }

    /// <summary>Checks options that an application has made itself.</summary>
    /// <exception cref="OptionsValidationException">They break a rule; it lists all that do.</exception>
    public static void Check(FabricOptions options)
    {
        var errors = new List<OptionError>();
        FabricOptionsReader.Check(options, FabricProgram.Frontend, errors);
        Throw(errors);
    }

    private static void Throw(List<OptionError> errors)
    {
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(FabricOptions.SectionName, typeof(FabricOptions), errors.Select(error => error.ToString()));
        }
    }
}
