namespace SseFabric.Client.Cli.Commands;

/// <summary>The frontend that <c>--url</c> names.</summary>
internal static class Frontend
{
    private const string Default = "http://127.0.0.1:8080";

    /// <summary>Its address, with an error added if it can't be one.</summary>
    public static Uri Address(Arguments arguments)
    {
        var text = arguments["--url"] ?? Default;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Query: "", Fragment: "" })
        {
            return address;
        }

        arguments.Errors.Add($"--url: '{text}' is no address; it takes http://HOST[:PORT][/PATH] or https://….");
        return new Uri(Default);
    }

    /// <summary>What <c>--key</c> gives, with an error added if no header can carry it.</summary>
    public static string? Key(Arguments arguments)
    {
        var key = arguments["--key"];
        if (key is not null && (key.Length == 0 || key.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            arguments.Errors.Add("--key: it is empty, or has characters that a header can't carry; it takes printable ASCII without spaces.");
        }

        return key;
    }
}
