namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Auth:Jwt</c>: the signed tokens (RFC 7519) that streams ask for, and that publishers may use. One of <see cref="Secret"/> and
/// <see cref="PublicKeyFile"/> is given.</summary>
public sealed class JwtOptions
{
    /// <summary>The secret shared with the issuer; its UTF-8 bytes are the key of HS256, HS384 or HS512, at least 32, 48 or 64 of them. Default null.</summary>
    public string? Secret { get; set; }

    /// <summary>A PEM file with the issuer's public key: RSA of 2048 bits or more, or EC of the algorithm's size. Default null.</summary>
    public string? PublicKeyFile { get; set; }

    /// <summary>The algorithms that a token may be signed with, in the words of RFC 7518, 3.1. Required; all of the kind of the key.</summary>
    public List<string> Algorithms { get; set; } = [];

    /// <summary>What <c>aud</c> has to be or to hold. Default null: it isn't looked at.</summary>
    public string? Audience { get; set; }

    /// <summary>What <c>iss</c> has to be. Default null: it isn't looked at.</summary>
    public string? Issuer { get; set; }

    /// <summary>The cookie in which a page's streams may have their token. Default <c>sse_token</c>; null: none.</summary>
    public string? Cookie { get; set; } = "sse_token";
}
