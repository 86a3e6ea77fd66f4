namespace SseFabric.Channels.Configuration;

/// <summary>A way to sign a token (RFC 7518, 3.1).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The kind of its key.</param>
/// <param name="KeyBits">The size of its key; for HMAC and RSA the least.</param>
public sealed record JwtAlgorithm(string Name, JwtKeyKind Key, int KeyBits)
{
    private const int LeastRsaBits = 2048;

    private static readonly JwtAlgorithm[] s_all =
    [
        new("HS256", JwtKeyKind.Secret, 256), new("HS384", JwtKeyKind.Secret, 384), new("HS512", JwtKeyKind.Secret, 512),
        new("RS256", JwtKeyKind.Rsa, LeastRsaBits), new("RS384", JwtKeyKind.Rsa, LeastRsaBits), new("RS512", JwtKeyKind.Rsa, LeastRsaBits),
        new("PS256", JwtKeyKind.Rsa, LeastRsaBits), new("PS384", JwtKeyKind.Rsa, LeastRsaBits), new("PS512", JwtKeyKind.Rsa, LeastRsaBits),
        new("ES256", JwtKeyKind.Ec, 256), new("ES384", JwtKeyKind.Ec, 384), new("ES512", JwtKeyKind.Ec, 521),
    ];

    /// <summary>Finds an algorithm by its name, in any case; null: there is none that is accepted.</summary>
    public static JwtAlgorithm? Find(string name) => Array.Find(s_all, algorithm => algorithm.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The names, for messages.</summary>
    /// <param name="kinds">Those of these kinds of key; none: all.</param>
    public static string Names(params ReadOnlySpan<JwtKeyKind> kinds)
    {
        var names = new List<string>();
        foreach (var algorithm in s_all)
        {
            if (kinds.IsEmpty || kinds.Contains(algorithm.Key))
            {
                names.Add(algorithm.Name);
            }
        }

        return string.Join(", ", names);
    }
}
