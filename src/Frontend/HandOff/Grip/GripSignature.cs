using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>The header <c>Grip-Sig</c>, by which an application knows that it may hold: a JSON Web Token (HS256) where there is a key. Immutable; any thread.</summary>
internal sealed class GripSignature(string? key, TimeProvider time)
{
    public const string Header = GripHeaders.Prefix + "Sig";

    /// <summary>One that wants it signed finds that it isn't; others only look whether it is there.</summary>
    private const string Unsigned = "unsigned";

    private const string Algorithm = """{"typ":"JWT","alg":"HS256"}""";
    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(1);
    private readonly byte[]? _key = key is null ? null : Encoding.UTF8.GetBytes(key);

    public string Create()
    {
        if (_key is null)
        {
            return Unsigned;
        }

        var expiry = (time.GetUtcNow() + s_lifetime).ToUnixTimeSeconds();
        var signed = $"{Encoded(Algorithm)}.{Encoded($$"""{"iss":"ssefabric","exp":{{expiry}}}""")}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(json));
}
