using System.Diagnostics.CodeAnalysis;

namespace SseFabric.Frontend.HandOff;

/// <summary>The address at an application of a request target, which is passed on as it was received: not decoded, not normalised. Pure.</summary>
internal static class UpstreamTarget
{
    private static readonly UriCreationOptions s_asReceived = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <param name="upstream">The application's address; a path in it goes before that of the request.</param>
    /// <param name="rawTarget">The request target as it was sent, in origin or absolute form (RFC 9112, 3.2).</param>
    /// <param name="target">The address.</param>
    public static bool TryCreate(Uri upstream, string rawTarget, [NotNullWhen(true)] out Uri? target)
    {
        target = null;

        // What could end the request line, or be taken for a space by somebody, is never written into one.
        return TryReadPathAndQuery(rawTarget, out var pathAndQuery)
            && !pathAndQuery.ContainsAnyExceptInRange('!', '~')
            && Uri.TryCreate($"{upstream.GetLeftPart(UriPartial.Path).TrimEnd('/')}{pathAndQuery}", s_asReceived, out target);
    }

    private static bool TryReadPathAndQuery(string rawTarget, out ReadOnlySpan<char> pathAndQuery)
    {
        pathAndQuery = rawTarget;
        if (pathAndQuery is not ['/', ..])
        {
            var scheme = pathAndQuery.IndexOf("://", StringComparison.Ordinal);
            if (scheme <= 0)
            {
                return false;
            }

            var rest = pathAndQuery[(scheme + "://".Length)..];
            var authority = rest.IndexOfAny('/', '?');
            pathAndQuery = authority < 0 ? "/" : rest[authority] == '?' ? $"/{rest[authority..]}" : rest[authority..];
        }

        return true;
    }
}
