namespace SseFabric.Frontend.Authorization;

/// <summary>What <c>WWW-Authenticate</c> says of a token (RFC 6750, 3).</summary>
internal static class TokenChallenge
{
    /// <summary>There is a token, and it allows something else.</summary>
    public const string Insufficient = "Bearer error=\"insufficient_scope\"";

    /// <summary>What is wrong with a token of <see cref="RevokedTokens"/>.</summary>
    public const string Revoked = "It was ended before its time.";

    /// <summary>There is a token, and it is none that is accepted.</summary>
    public static string Invalid(string fault) => $"Bearer error=\"invalid_token\", error_description=\"{fault.Replace('"', '\'')}\"";
}
