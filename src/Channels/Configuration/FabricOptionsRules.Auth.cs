using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>Tokens: one key, and algorithms that are all of its kind. A public key taken for a secret, which everybody knows, is the classic forgery.</summary>
internal sealed partial class FabricOptionsRules
{
    private const string JwtKey = "Auth:Jwt";

    private void CheckAuth()
    {
        // Silos take no tokens; a configuration that they share may name a file that only frontends have.
        if (options.Auth.Jwt is not { } jwt || program != FabricProgram.Frontend)
        {
            return;
        }

        CheckAlgorithmNames(jwt);
        if (!string.IsNullOrEmpty(jwt.Cookie) && !CookieForm().IsMatch(jwt.Cookie))
        {
            Refuse($"{JwtKey}:Cookie", jwt.Cookie, "a cookie's name (RFC 6265: letters, digits and !#$%&'*+-.^_`|~), or empty");
        }

        switch (string.IsNullOrEmpty(jwt.Secret), string.IsNullOrEmpty(jwt.PublicKeyFile))
        {
            case (true, true):
                Refuse($"{JwtKey}:Secret", jwt.Secret, $"a secret, or a public key in Fabric:{JwtKey}:PublicKeyFile");
                break;
            case (false, false):
                Refuse($"{JwtKey}:Secret", jwt.Secret, $"empty with Fabric:{JwtKey}:PublicKeyFile; only one of them can be the key");
                break;
            case (false, true):
                CheckSecret(jwt, jwt.Secret!);
                break;
            case (true, false):
                CheckPublicKey(jwt, jwt.PublicKeyFile!);
                break;
        }
    }

    private void CheckAlgorithmNames(JwtOptions jwt)
    {
        if (jwt.Algorithms.Count == 0)
        {
            Refuse($"{JwtKey}:Algorithms", "", $"one or more of {JwtAlgorithm.Names()}");
        }

        for (var i = 0; i < jwt.Algorithms.Count; i++)
        {
            if (JwtAlgorithm.Find(jwt.Algorithms[i]) is null)
            {
                Refuse($"{JwtKey}:Algorithms:{i}", jwt.Algorithms[i], JwtAlgorithm.Names());
            }
        }
    }

    private void CheckSecret(JwtOptions jwt, string secret)
    {
        var bits = Encoding.UTF8.GetByteCount(secret) * 8;
        foreach (var (i, algorithm) in Known(jwt))
        {
            if (algorithm.Key != JwtKeyKind.Secret)
            {
                Refuse($"{JwtKey}:Algorithms:{i}", algorithm.Name, $"{JwtAlgorithm.Names(JwtKeyKind.Secret)} with Fabric:{JwtKey}:Secret, which is no public key");
            }
            else if (bits < algorithm.KeyBits)
            {
                Refuse($"{JwtKey}:Secret", secret, $"{algorithm.KeyBits / 8} bytes of UTF-8 or more for {algorithm.Name}; this one has {bits / 8}");
            }
        }
    }

    private void CheckPublicKey(JwtOptions jwt, string path)
    {
        if (!JwtPublicKey.TryRead(path, out var key, out var fault))
        {
            Refuse($"{JwtKey}:PublicKeyFile", path, $"{JwtPublicKey.Accepted} ({fault})");
        }

        using (key)
        {
            var kind = key switch { RSA => JwtKeyKind.Rsa, null => (JwtKeyKind?)null, _ => JwtKeyKind.Ec };
            foreach (var (i, algorithm) in Known(jwt))
            {
                if (algorithm.Key == JwtKeyKind.Secret)
                {
                    // Everybody has the public key: as a secret it would let everybody sign.
                    Refuse($"{JwtKey}:Algorithms:{i}", algorithm.Name, $"{JwtAlgorithm.Names(JwtKeyKind.Rsa, JwtKeyKind.Ec)} with Fabric:{JwtKey}:PublicKeyFile, which is no secret");
                }
                else if (kind is not null && (algorithm.Key != kind || (kind == JwtKeyKind.Rsa ? key!.KeySize < algorithm.KeyBits : key!.KeySize != algorithm.KeyBits)))
                {
                    Refuse($"{JwtKey}:Algorithms:{i}", algorithm.Name, $"algorithms for the key in Fabric:{JwtKey}:PublicKeyFile, {Describe(kind.Value, key!)}; this one takes {Describe(algorithm)}");
                }
            }
        }
    }

    private static IEnumerable<(int Index, JwtAlgorithm Algorithm)> Known(JwtOptions jwt) =>
        jwt.Algorithms.Select((name, index) => (index, JwtAlgorithm.Find(name)!)).Where(known => known.Item2 is not null);

    private static string Describe(JwtKeyKind kind, AsymmetricAlgorithm key) =>
        kind == JwtKeyKind.Rsa ? $"which is RSA of {key.KeySize} bits" : $"which is EC of {key.KeySize} bits";

    private static string Describe(JwtAlgorithm algorithm) =>
        algorithm.Key == JwtKeyKind.Rsa ? $"RSA of {algorithm.KeyBits} bits or more" : $"EC of {algorithm.KeyBits} bits";

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\z")]
    private static partial Regex CookieForm();
}
