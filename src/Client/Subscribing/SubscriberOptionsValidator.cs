using Microsoft.Extensions.Options;

namespace SseFabric.Client.Subscribing;

/// <summary>Tells everything that is wrong with the options.</summary>
internal sealed class SubscriberOptionsValidator : IValidateOptions<SubscriberOptions>
{
    private const int Smallest = 1024;
    private const int Largest = 1 << 30;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, SubscriberOptions options)
    {
        var faults = Faults(options).ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(SubscriberOptions options)
    {
        if (options.Address is not { IsAbsoluteUri: true, Scheme: "http" or "https", Fragment: "" })
        {
            yield return $"Address is '{options.Address}'; it takes http://HOST[:PORT]/PATH or https://….";
        }

        if (options.Retry < TimeSpan.Zero || options.Retry > s_hour)
        {
            yield return $"Retry is {options.Retry}; it takes 0 to {s_hour}.";
        }

        if (options.MaxRetry < TimeSpan.Zero || options.MaxRetry > s_hour)
        {
            yield return $"MaxRetry is {options.MaxRetry}; it takes 0 to {s_hour}.";
        }

        if (options.HeartbeatTimeout <= TimeSpan.Zero || options.HeartbeatTimeout > s_day)
        {
            yield return $"HeartbeatTimeout is {options.HeartbeatTimeout}; it takes more than 0, up to {s_day}.";
        }

        if (options.MaxEventBytes is < Smallest or > Largest)
        {
            yield return $"MaxEventBytes is {options.MaxEventBytes}; it takes {Smallest} to {Largest}.";
        }
    }
}
