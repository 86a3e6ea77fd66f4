using System.Diagnostics.CodeAnalysis;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Authorization;

/// <summary>Asks every stream for a token that allows all of its channels.</summary>
internal sealed class JwtSubscribeAuthorizer(TokenAuthority authority, AuthOptions options, StreamOptions streams) : ISubscribeAuthorizer
{
    private readonly string? _cookie = options.Jwt?.Cookie;

    /// <summary>Whether tokens count here.</summary>
    public bool IsNeeded => authority.Validator is not null;

    public async ValueTask<SubscribeDecision> AuthorizeAsync(SubscribeContext context, CancellationToken cancellationToken)
    {
        var request = context.Http.Request;
        var token = BearerToken.OfHeaderOrQuery(request);
        if (token is null && !TryGetCookie(request, out token))
        {
            return SubscribeDecision.Unauthorized(Missing(request));
        }

        var (valid, fault) = await authority.Validator!.CheckAsync(token);
        if (valid is null)
        {
            return SubscribeDecision.BadToken(fault);
        }

        foreach (var channel in context.Channels)
        {
            if (!valid.MaySubscribe(channel))
            {
                return SubscribeDecision.Forbidden($"The token doesn't allow the channel '{channel}' (claim {AccessToken.SubscribeClaim}).") with { Challenge = TokenChallenge.Insufficient };
            }
        }

        return SubscribeDecision.Allowed with { ExpiresAt = valid.ExpiresAt, TokenId = valid.Id };
    }

    // A browser sends it by itself, for any page that asks: only pages that may read the answer count.
    private bool TryGetCookie(HttpRequest request, [NotNullWhen(true)] out string? token)
    {
        token = null;
        return HasCookie(request) && MayUseCookies(request) && request.Cookies.TryGetValue(_cookie!, out token);
    }

    private bool HasCookie(HttpRequest request) => !string.IsNullOrEmpty(_cookie) && request.Cookies.ContainsKey(_cookie);

    private bool MayUseCookies(HttpRequest request) =>
        request.Headers.Origin.ToString() is var origin
        && (origin.Length == 0 || RequestOrigin.IsSame(origin, request) || streams.Cors.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase));

    private string Missing(HttpRequest request) => HasCookie(request)
        ? $"The cookie '{_cookie}' doesn't count here: the page's origin, {request.Headers.Origin}, is neither this server's nor in Fabric:Stream:Cors:Origins."
        : $"A stream needs a token: 'Authorization: {BearerToken.Scheme} TOKEN', the parameter '{BearerToken.Parameter}'{(string.IsNullOrEmpty(_cookie) ? "" : $", or the cookie '{_cookie}'")}.";
}
