using System.Buffers.Text;
using System.Text.Json;

namespace SseFabric.Frontend.Authorization;

/// <summary>Reads the claims of a token whose signature has been found good. Pure.</summary>
internal static class TokenClaims
{
    private const string IdClaim = "jti";

    /// <param name="encodedPayload">The token's middle part.</param>
    /// <param name="expiresAt">Its end.</param>
    public static TokenCheck Read(string encodedPayload, DateTimeOffset expiresAt)
    {
        try
        {
            return ReadClaims(encodedPayload, expiresAt);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The rest of the token may be sound, and JSON may escape what is no text: half a surrogate pair.
            return TokenCheck.Bad("Its claims can't be read: they are no JSON, or have a text that is none in Unicode.");
        }
    }

    private static TokenCheck ReadClaims(string encodedPayload, DateTimeOffset expiresAt)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(encodedPayload));
        var claims = payload.RootElement;
        if (Globs(claims, AccessToken.SubscribeClaim) is not { } subscribe)
        {
            return Malformed(AccessToken.SubscribeClaim);
        }

        if (Globs(claims, AccessToken.PublishClaim) is not { } publish)
        {
            return Malformed(AccessToken.PublishClaim);
        }

        var hasId = claims.TryGetProperty(IdClaim, out var id);
        return hasId && id.ValueKind != JsonValueKind.String
            ? TokenCheck.Bad($"Its claim {IdClaim} is no text.")
            : new TokenCheck(new AccessToken(expiresAt, hasId ? id.GetString() : null, subscribe, publish), "");
    }

    // A claim that is missing allows nothing; one that is something else is an issuer's mistake, which is better told.
    private static string[]? Globs(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var claim))
        {
            return [];
        }

        return claim.ValueKind switch
        {
            JsonValueKind.String => [claim.GetString()!],
            JsonValueKind.Array when claim.EnumerateArray().All(glob => glob.ValueKind == JsonValueKind.String) => [.. claim.EnumerateArray().Select(glob => glob.GetString()!)],
            _ => null,
        };
    }

    private static TokenCheck Malformed(string claim) => TokenCheck.Bad($"Its claim {claim} is no list of texts.");
}
