namespace SseFabric.Channels.Configuration;

/// <summary>What a token's signature is checked with.</summary>
public enum JwtKeyKind
{
    /// <summary>A secret that the issuer has too (HMAC).</summary>
    Secret = 0,

    /// <summary>An RSA public key.</summary>
    Rsa = 1,

    /// <summary>A public key on an elliptic curve.</summary>
    Ec = 2,
}
