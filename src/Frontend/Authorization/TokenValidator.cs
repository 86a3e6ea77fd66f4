using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Authorization;

/// <summary>Checks tokens against <c>Fabric:Auth:Jwt</c>. Any thread.</summary>
/// <remarks>
/// The key is the configured one, whatever a token's header says of keys, and the algorithm one of those configured, which all fit the key's kind. A token ends on the
/// second: the same clock ends its streams. Its beginning (<c>nbf</c>) may lie up to <see cref="Leeway"/> ahead, as an issuer's clock may be a little fast.
/// </remarks>
internal sealed class TokenValidator
{
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters _parameters;

    public TokenValidator(JwtOptions options, TimeProvider time) => _parameters = new TokenValidationParameters
    {
        IssuerSigningKey = KeyOf(options),
        ValidAlgorithms = [.. options.Algorithms.Select(name => JwtAlgorithm.Find(name)!.Name)],
        RequireSignedTokens = true,
        ValidateAudience = !string.IsNullOrEmpty(options.Audience),
        ValidAudience = options.Audience,
        ValidateIssuer = !string.IsNullOrEmpty(options.Issuer),
        ValidIssuer = options.Issuer,
        LifetimeValidator = (begin, end, _, _) => IsNow(begin, end, time.GetUtcNow().UtcDateTime),
    };

    public async ValueTask<TokenCheck> CheckAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, _parameters);
        if (!result.IsValid)
        {
            return TokenCheck.Bad(Fault(result.Exception));
        }

        var valid = (JsonWebToken)result.SecurityToken;

        // RFC 7515, 4.1.11: what a header calls critical has to be understood, and nothing of it is here.
        return valid.TryGetHeaderValue<object>("crit", out _)
            ? TokenCheck.Bad("Its header has 'crit', of which nothing is understood here.")
            : TokenClaims.Read(valid.EncodedPayload, new DateTimeOffset(valid.ValidTo, TimeSpan.Zero));
    }

    private static SecurityKey KeyOf(JwtOptions options)
    {
        if (!string.IsNullOrEmpty(options.Secret))
        {
            return new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.Secret));
        }

        return JwtPublicKey.TryRead(options.PublicKeyFile!, out var key, out var fault)
            ? key is RSA rsa ? new RsaSecurityKey(rsa) : new ECDsaSecurityKey((ECDsa)key)
            : throw new InvalidOperationException($"Fabric:Auth:Jwt:PublicKeyFile, {options.PublicKeyFile}: {fault}.");
    }

    private static bool IsNow(DateTime? begin, DateTime? end, DateTime now) => (begin, end) switch
    {
        (_, null) => throw new SecurityTokenNoExpirationException(),
        _ when now >= end => throw new SecurityTokenExpiredException(),
        ({ } notBefore, _) when notBefore - now > Leeway => throw new SecurityTokenNotYetValidException(),
        _ => true,
    };

    // Not the library's sentences, which quote what is in the token.
    private static string Fault(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException => "It has expired.",
        SecurityTokenNoExpirationException => "It has no end (exp).",
        SecurityTokenNotYetValidException => "It is not valid yet (nbf).",
        SecurityTokenInvalidAudienceException => "It is for another audience (aud).",
        SecurityTokenInvalidIssuerException => "It is of another issuer (iss).",
        SecurityTokenInvalidAlgorithmException => "It is not signed with an algorithm that is accepted here.",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException => "Its signature is not the issuer's.",
        _ => "It is no signed JSON Web Token.",
    };
}
