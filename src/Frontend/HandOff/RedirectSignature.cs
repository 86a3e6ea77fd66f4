using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SseFabric.Frontend.HandOff;

/// <summary>Signatures with which an application vouches for the channels of a redirect. Immutable; any thread.</summary>
/// <remarks>
/// HMAC-SHA256 over path, LF, expiry, LF and the channels, percent-encoded and joined by <c>&amp;</c>. The channels count as they stand in the query, or
/// encoded canonically (all but RFC 3986's unreserved characters, as <c>%XX</c>): what a proxy or another library encodes differently is the same
/// signature as long as it names the same channels. Neither form can be mistaken for other channels, as each decodes to one list only.
/// </remarks>
internal sealed class RedirectSignature(string key)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    /// <summary>Why a redirect doesn't hold; null if it does.</summary>
    /// <param name="path">The path of the request.</param>
    /// <param name="query">Its query.</param>
    /// <param name="now">The time.</param>
    public string? Fault(string path, RedirectQuery query, DateTimeOffset now)
    {
        if (query is not { Signatures: [var signature], Expiries: [var expiry] })
        {
            return $"it needs one sig and one exp, and has {query.Signatures.Count} and {query.Expiries.Count}";
        }

        if (!IsSigned(path, query, expiry, Encoding.UTF8.GetBytes(signature)))
        {
            return "its sig is not that of its path, exp and channels";
        }

        // Signed, and so the application's own fault if it is no time.
        if (!long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var until))
        {
            return "its exp is no time in Unix seconds";
        }

        return now.ToUnixTimeSeconds() < until ? null : "it has expired";
    }

    private bool IsSigned(string path, RedirectQuery query, string expiry, byte[] signature)
    {
        var canonical = Sign(path, expiry, query.Channels.Select(channel => Uri.EscapeDataString(channel.Value)));
        var literal = Sign(path, expiry, query.Encoded);
        return CryptographicOperations.FixedTimeEquals(canonical, signature) | CryptographicOperations.FixedTimeEquals(literal, signature);
    }

    // As text: base64url's last character has bits that mean nothing, and an altered signature is to be none.
    private byte[] Sign(string path, string expiry, IEnumerable<string> channels) =>
        Base64Url.EncodeToUtf8(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{path}\n{expiry}\n{string.Join('&', channels)}")));
}
