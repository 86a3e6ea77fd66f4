using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Routing;

/// <summary>The path that routes are tried on: the request's, each escape decoded once, <c>%2F</c> too, and then without dot segments. Pure.</summary>
/// <param name="Text">The path; what is not UTF-8 is U+FFFD.</param>
/// <param name="Fault">Why no channel can be made of it, in one sentence; null: nothing is wrong.</param>
internal readonly record struct RoutePath(string Text, string? Fault)
{
    public static RoutePath Of(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;

        // The server leaves %2F and what is not UTF-8 as they are, so that they look as if they had been sent as %252F.
        return path.Contains('%', StringComparison.Ordinal) && !string.IsNullOrEmpty(target) ? OfTarget(target, request.PathBase) : OfText(path);
    }

    /// <summary>The path of a request target, below a path base.</summary>
    public static RoutePath OfTarget(ReadOnlySpan<char> target, PathString pathBase)
    {
        var bytes = PercentEncoding.Decode(PathOf(target), plusIsSpace: false);
        var text = WithoutDotSegments(Encoding.UTF8.GetString(bytes));
        if (pathBase.HasValue && text.StartsWith('/') && new PathString(text).StartsWithSegments(pathBase, out var below))
        {
            text = below.Value ?? "";
        }

        return System.Text.Unicode.Utf8.IsValid(bytes) ? OfText(text) : new RoutePath(text, "The path is not valid UTF-8.");
    }

    private static RoutePath OfText(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return new RoutePath(text, $"The path holds the control character U+{(int)c:X4}.");
            }
        }

        return new RoutePath(text, null);
    }

    // Of "/path?query", or of "http://host/path?query" (RFC 9112, 3.2.2).
    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        var mark = target.IndexOf('?');
        target = mark < 0 ? target : target[..mark];
        if (target.StartsWith('/') || target.IndexOf("://", StringComparison.Ordinal) is not (>= 0 and var scheme))
        {
            return target;
        }

        var authority = target[(scheme + 3)..];
        var slash = authority.IndexOf('/');
        return slash < 0 ? "/" : authority[slash..];
    }

    // RFC 3986, 5.2.4, as the server has done with what was not escaped.
    private static string WithoutDotSegments(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal))
        {
            return path;
        }

        var segments = path.Split('/');
        var kept = new List<string>(segments.Length);
        foreach (var segment in segments.Skip(1))
        {
            if (segment == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (segment is not ("." or ".."))
            {
                kept.Add(segment);
            }
        }

        if (segments[^1] is "." or "..")
        {
            kept.Add("");
        }

        return "/" + string.Join('/', kept);
    }
}
