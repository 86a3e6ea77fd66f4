using Microsoft.Extensions.Options;

namespace SseFabric.Client.Redis;

/// <summary>Tells everything that is wrong with the options.</summary>
internal sealed class RedisPublisherOptionsValidator : IValidateOptions<RedisPublisherOptions>
{
    private const int LargestMessage = 512 << 20;
    private const int MostEvents = 1_000_000;
    private static readonly TimeSpan s_greatestAge = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, RedisPublisherOptions options)
    {
        var faults = Faults(options).ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    // The configuration isn't shown: it may hold a password.
    private static IEnumerable<string> Faults(RedisPublisherOptions options)
    {
        if (RedisServerConfiguration.Fault(options.Configuration) is { } fault)
        {
            yield return $"Configuration {fault}; it takes {RedisServerConfiguration.Accepted}.";
        }

        if (!Enum.IsDefined(options.Format))
        {
            yield return $"Format is {(int)options.Format}; it takes {string.Join(" or ", Enum.GetNames<RedisPayloadFormat>())}.";
        }

        if (options.MaxEventBytes is < 1 or > LargestMessage)
        {
            yield return $"MaxEventBytes is {options.MaxEventBytes}; it takes 1 to {LargestMessage}.";
        }

        if (options.RedisseCount is < 1 or > MostEvents)
        {
            yield return $"RedisseCount is {options.RedisseCount}; it takes 1 to {MostEvents}.";
        }

        if (options.RedisseMaxAge is { } age && (age < TimeSpan.FromMilliseconds(1) || age > s_greatestAge))
        {
            yield return $"RedisseMaxAge is {age}; it takes 00:00:00.001 to {s_greatestAge}, or null.";
        }
    }
}
