namespace SseFabric.Frontend.Authorization;

/// <summary>Finds the bearer token of a request (RFC 6750, 2).</summary>
internal static class BearerToken
{
    public const string Scheme = "Bearer";
    public const string Parameter = "access_token";

    /// <summary>That of the header <c>Authorization</c>; null if it has none. Of another scheme it says nothing here.</summary>
    public static string? OfHeader(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase) ? header[(Scheme.Length + 1)..].Trim() : null;

    /// <summary>That of the header, else of the query: what the client's own code says, in contrast to a cookie, which a browser sends by itself.</summary>
    public static string? OfHeaderOrQuery(HttpRequest request) =>
        OfHeader(request) ?? (request.Query.TryGetValue(Parameter, out var values) ? values[0] : null);
}
