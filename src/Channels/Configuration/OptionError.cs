namespace SseFabric.Channels.Configuration;

/// <summary>One thing that is wrong with the configuration or the command line.</summary>
/// <param name="Key">The configuration key's full path, or the command line's option.</param>
/// <param name="Problem">The value and what is wrong with it; never a secret.</param>
/// <param name="Accepted">What is accepted instead.</param>
public sealed record OptionError(string Key, string Problem, string Accepted)
{
    /// <summary>An error about a value, which is redacted, shortened and kept on one line.</summary>
    public static OptionError OfValue(string key, string? value, string accepted) =>
        new(key, $"{Redaction.Quoted(key, value)} is not accepted", accepted);

    /// <summary>An error about a key that does not exist.</summary>
    public static OptionError OfUnknownKey(string key, string? value, string accepted) =>
        new(key, $"unknown key, with the value {Redaction.Quoted(key, value)}", accepted);

    /// <summary>One line.</summary>
    public override string ToString() => $"{Key}: {Problem}; accepted: {Accepted}.";
}
