using Microsoft.Extensions.Options;
using SseFabric.Client.Redis;

namespace SseFabric.Client.Clustering;

/// <summary>Tells everything that is wrong with the options.</summary>
internal sealed class ClusterPublisherOptionsValidator : IValidateOptions<ClusterPublisherOptions>
{
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, ClusterPublisherOptions options)
    {
        var faults = Faults(options).ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    // The configuration isn't shown: it may hold a password.
    private static IEnumerable<string> Faults(ClusterPublisherOptions options)
    {
        if (RedisServerConfiguration.Fault(options.Redis) is { } fault)
        {
            yield return $"Redis {fault}; it takes {RedisServerConfiguration.Accepted}.";
        }

        if (string.IsNullOrWhiteSpace(options.ClusterId))
        {
            yield return "ClusterId is empty; it takes the cluster's Fabric:Cluster:ClusterId.";
        }

        if (options.ConnectTimeout < TimeSpan.Zero || options.ConnectTimeout > s_longest)
        {
            yield return $"ConnectTimeout is {options.ConnectTimeout}; it takes 0 to {s_longest}.";
        }
    }
}
