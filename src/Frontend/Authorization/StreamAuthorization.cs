using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Authorization;

/// <summary>Asks everybody who has a say whether a request may have what its door offers: first the token, then the application's own authorizers.</summary>
internal sealed class StreamAuthorization(IEnumerable<ISubscribeAuthorizer> authorizers, RevokedTokens revoked, JwtSubscribeAuthorizer jwt)
{
    private readonly ISubscribeAuthorizer[] _authorizers = jwt.IsNeeded ? [jwt, .. authorizers] : [.. authorizers];

    /// <returns>What the request gets; null if it has been refused, and answered.</returns>
    public async ValueTask<StreamOffer?> AuthorizeAsync(HttpContext context, StreamOffer offer)
    {
        foreach (var authorizer in _authorizers)
        {
            var decision = await authorizer.AuthorizeAsync(new SubscribeContext(context, offer.Channels), context.RequestAborted);
            if (decision is { Status: 0, Channels.Count: 0 })
            {
                decision = SubscribeDecision.NotFound();
            }
            else if (decision.Status == 0 && revoked.Contains(decision.TokenId))
            {
                decision = SubscribeDecision.BadToken(TokenChallenge.Revoked);
            }

            if (decision.Status != 0)
            {
                await RefuseAsync(context, decision);
                return null;
            }

            offer = offer with
            {
                Channels = decision.Channels is null ? offer.Channels : Checked(decision.Channels, authorizer),
                ExpiresAt = Earlier(offer.ExpiresAt, decision.ExpiresAt),
                TokenId = decision.TokenId ?? offer.TokenId,
            };
        }

        return offer;
    }

    private static Task RefuseAsync(HttpContext context, SubscribeDecision decision)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (decision.Challenge is { } challenge)
        {
            context.Response.Headers.WWWAuthenticate = challenge;
        }

        return Problems.WriteAsync(context, decision.Status, decision.Type, decision.Detail);
    }

    private static ChannelName[] Checked(IReadOnlyList<ChannelName> channels, ISubscribeAuthorizer authorizer) => channels.Contains(default)
        ? throw new InvalidOperationException($"{authorizer.GetType()} has decided for a channel without a name.")
        : [.. channels.Distinct()];

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
