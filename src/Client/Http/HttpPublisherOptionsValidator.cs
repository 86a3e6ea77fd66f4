using Microsoft.Extensions.Options;

namespace SseFabric.Client.Http;

/// <summary>Tells everything that is wrong with the options.</summary>
internal sealed class HttpPublisherOptionsValidator : IValidateOptions<HttpPublisherOptions>
{
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, HttpPublisherOptions options)
    {
        var faults = Faults(options).ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(HttpPublisherOptions options)
    {
        if (options.Address is not { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "" })
        {
            yield return $"Address is '{options.Address}'; it takes http://HOST[:PORT][/PATH] or https://….";
        }

        if (options.Key is { } key && (key.Length == 0 || key.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            yield return "Key is empty or has characters that a header can't carry; it takes printable ASCII without spaces, or null.";
        }

        if (options.Attempts is < 1 or > 20)
        {
            yield return $"Attempts is {options.Attempts}; it takes 1 to 20.";
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > s_longest)
        {
            yield return $"Timeout is {options.Timeout}; it takes more than 0, up to {s_longest}.";
        }

        if (options.MaxRetryDelay < TimeSpan.Zero || options.MaxRetryDelay > s_longest)
        {
            yield return $"MaxRetryDelay is {options.MaxRetryDelay}; it takes 0 to {s_longest}.";
        }

        if (options.RetryDelay < TimeSpan.Zero || options.RetryDelay > options.MaxRetryDelay)
        {
            yield return $"RetryDelay is {options.RetryDelay}; it takes 0 to MaxRetryDelay ({options.MaxRetryDelay}).";
        }
    }
}
