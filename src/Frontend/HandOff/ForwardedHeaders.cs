using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.HandOff;

/// <summary>Tells an application where a request came from. Immutable; any thread.</summary>
/// <remarks>What a request says of that itself is passed on only if it comes from a known proxy: anybody could say it.</remarks>
internal sealed class ForwardedHeaders(ClientAddress addresses)
{
    private const string Prefix = "X-Forwarded-";
    private const string For = Prefix + "For";
    private const string Proto = Prefix + "Proto";
    private const string Host = Prefix + "Host";
    private static readonly string[] s_own = [For, Proto, Host];
    private static readonly string[] s_otherClaims = ["Forwarded", "X-Real-IP"];

    /// <summary>Whether a header of the request is not to be copied: it is written by <see cref="Write"/>, or nobody vouches for it.</summary>
    public bool Replaces(HttpContext context, string name) =>
        IsClaim(name) && (s_own.Contains(name, StringComparer.OrdinalIgnoreCase) || !addresses.IsFromProxy(context));

    public void Write(HttpContext context, HttpRequestHeaders headers)
    {
        var before = addresses.IsFromProxy(context) ? context.Request.Headers : new HeaderDictionary();
        if (ClientAddress.PeerOf(context) is { } peer)
        {
            headers.TryAddWithoutValidation(For, string.Join(", ", [.. before[For], peer.ToString()]));
        }

        Put(headers, Proto, before[Proto], context.Request.Scheme);
        Put(headers, Host, before[Host], context.Request.Host.Value);
    }

    private static void Put(HttpRequestHeaders headers, string name, StringValues before, string? own)
    {
        if (before.Count > 0 || !string.IsNullOrEmpty(own))
        {
            headers.TryAddWithoutValidation(name, before.Count > 0 ? before.ToString() : own);
        }
    }

    // An underscore is a hyphen to applications that read headers as CGI variables.
    private static bool IsClaim(string name)
    {
        var plain = name.Replace('_', '-');
        return plain.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || s_otherClaims.Contains(plain, StringComparer.OrdinalIgnoreCase);
    }
}
