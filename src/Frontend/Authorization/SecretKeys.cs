using System.Security.Cryptography;
using System.Text;

namespace SseFabric.Frontend.Authorization;

/// <summary>Keys that are compared in a time that tells nothing of them. Immutable; any thread.</summary>
internal sealed class SecretKeys(IEnumerable<string> keys)
{
    private readonly byte[][] _hashes = [.. keys.Select(Hash)];

    public bool Any => _hashes.Length > 0;

    public bool Contains(string? given)
    {
        // Of hashes, which are of one length, and all of them.
        var hash = Hash(given ?? "");
        var found = false;
        foreach (var key in _hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(key, hash);
        }

        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
