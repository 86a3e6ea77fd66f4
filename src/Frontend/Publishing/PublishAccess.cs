using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Authorization;

namespace SseFabric.Frontend.Publishing;

/// <summary>Who may publish over HTTP. Immutable; any thread.</summary>
/// <remarks>
/// Whoever gives one of the keys, if there are some, or a token, if <c>Fabric:Auth:Jwt</c> is set: with what it allows. Without keys, and where no token is given,
/// publishers on this machine, and no page of another origin that a browser on it shows; or anybody, if <see cref="PublishOptions.Open"/>.
/// </remarks>
internal sealed class PublishAccess(PublishOptions options, RevokedTokens revoked, TokenAuthority authority)
{
    private readonly SecretKeys _keys = new(options.Keys);

    /// <summary>Whether this is one of the keys, in a time that tells nothing of them.</summary>
    public bool IsKey(string? given) => _keys.Contains(given);

    /// <summary>Looks at what the head of a request gives: a key in the header, else in the query; or a token in either. Never a cookie.</summary>
    /// <param name="context">The request.</param>
    /// <param name="queried">The query's key; null: none.</param>
    /// <param name="keyInBody">Whether the key may still come with the body.</param>
    public async ValueTask<(PublishPermit Permit, PublishRefusal? Refusal)> JudgeAsync(HttpContext context, string? queried, bool keyInBody)
    {
        var key = BearerToken.OfHeader(context.Request) ?? queried;
        if (_keys.Any && key is not null && IsKey(key))
        {
            return (new PublishPermit(IsGiven: true), null);
        }

        if (authority.Validator is { } validator && BearerToken.OfHeaderOrQuery(context.Request) is { } token)
        {
            return await JudgeAsync(validator, token);
        }

        if (_keys.Any)
        {
            return key is null && keyInBody ? default : (default, PublishRefusal.BadKey);
        }

        var refusal = CheckPeer(context);
        return (new PublishPermit(refusal is null), refusal);
    }

    private async ValueTask<(PublishPermit Permit, PublishRefusal? Refusal)> JudgeAsync(TokenValidator validator, string token)
    {
        var (valid, fault) = await validator.CheckAsync(token);
        if (valid is not null && revoked.Contains(valid.Id))
        {
            (valid, fault) = (null, TokenChallenge.Revoked);
        }

        return valid is null ? (default, PublishRefusal.BadToken(fault, _keys.Any)) : (new PublishPermit(IsGiven: true, valid), null);
    }

    private PublishRefusal? CheckPeer(HttpContext context)
    {
        if (options.Open || LocalPeer.Fault(context, options.Origins, "Fabric:Publish:Origins") is not { } fault)
        {
            return null;
        }

        return authority.Validator is null ? PublishRefusal.NotFromHere(fault) : PublishRefusal.NoToken(fault);
    }
}
