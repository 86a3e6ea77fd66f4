using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>A JSON Web Token made by hand, without any library, so that it can be wrong in every way.</summary>
internal sealed record TestToken
{
    public const string Audience = "sse";
    public const string Issuer = "https://issuer.example";
    public const string Secret = "geheim-geheim-geheim-geheim-1234";

    public string Algorithm { get; init; } = "HS256";

    /// <summary>Members of the header beside <c>alg</c>.</summary>
    public JsonObject Header { get; init; } = [];

    public JsonObject Claims { get; init; } = [];

    /// <summary>Makes the signature of what is signed.</summary>
    public Func<byte[], byte[]> Sign { get; init; } = signed => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed);

    /// <summary>A good token that expires in an hour, for these globs.</summary>
    public static TestToken For(params string[] subscribe) => new()
    {
        Claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["exp"] = In(TimeSpan.FromHours(1)),
            ["sse.subscribe"] = new JsonArray([.. subscribe.Select(glob => (JsonNode)glob)]),
        },
    };

    /// <summary>Seconds of Unix time.</summary>
    public static long In(TimeSpan span) => TimeProvider.System.GetUtcNow().Add(span).ToUnixTimeSeconds();

    public TestToken With(string claim, JsonNode? value)
    {
        var claims = (JsonObject)Claims.DeepClone();
        claims[claim] = value;
        return this with { Claims = claims };
    }

    public TestToken Without(string claim)
    {
        var claims = (JsonObject)Claims.DeepClone();
        claims.Remove(claim);
        return this with { Claims = claims };
    }

    public TestToken SignedWith(string algorithm, AsymmetricAlgorithm key)
    {
        var hash = new HashAlgorithmName($"SHA{algorithm[2..]}");
        return this with
        {
            Algorithm = algorithm,
            Sign = signed => key switch
            {
                RSA rsa => rsa.SignData(signed, hash, algorithm.StartsWith('P') ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
                ECDsa ec => ec.SignData(signed, hash),
                _ => throw new NotSupportedException(),
            },
        };
    }

    public TestToken SignedWith(string algorithm, string secret)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        return this with
        {
            Algorithm = algorithm,
            Sign = algorithm[2..] switch
            {
                "384" => signed => HMACSHA384.HashData(key, signed),
                "512" => signed => HMACSHA512.HashData(key, signed),
                _ => signed => HMACSHA256.HashData(key, signed),
            },
        };
    }

    public override string ToString()
    {
        var header = (JsonObject)Header.DeepClone();
        header["alg"] = Algorithm;
        var signed = $"{Part(header.ToJsonString())}.{Part(Claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
