using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SseFabric.Channels.Configuration;

/// <summary>Reads the public key of a PEM file: a key, or the certificate that holds it.</summary>
public static class JwtPublicKey
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "a PEM file with one RSA or EC public key, or its certificate";

    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads a key.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">An <see cref="RSA"/> or <see cref="ECDsa"/>, which is the caller's to dispose of.</param>
    /// <param name="fault">Why there is none.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out AsymmetricAlgorithm? key, [NotNullWhen(false)] out string? fault)
    {
        key = null;
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            fault = length > MaxBytes ? $"it has more than {MaxBytes} bytes" : null;
            return fault is null && TryParse(Encoding.UTF8.GetString(bytes, 0, length), out key, out fault);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = unreadable is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : unreadable.Message.TrimEnd('.');
            return false;
        }
    }

    private static bool TryParse(string pem, [NotNullWhen(true)] out AsymmetricAlgorithm? key, [NotNullWhen(false)] out string? fault)
    {
        key = null;
        var count = 0;
        var label = "";
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            count++;
            label = rest[fields.Label].ToString();
        }

        fault = (count, label) switch
        {
            (0, _) => "there is no PEM in it",
            (> 1, _) => $"there are {count} keys in it",
            (_, "PUBLIC KEY" or "RSA PUBLIC KEY" or "CERTIFICATE") => null,
            _ => $"it is a {label}",
        };
        if (fault is not null)
        {
            return false;
        }

        try
        {
            key = label == "CERTIFICATE" ? OfCertificate(pem) : Import(RSA.Create(), pem) ?? Import(ECDsa.Create(), pem);
        }
        catch (CryptographicException)
        {
            // Told below: what is wrong inside is of no use to whoever wrote the path.
        }

        fault = key is null ? "its key is neither RSA nor EC, or broken" : null;
        return key is not null;
    }

    private static AsymmetricAlgorithm? OfCertificate(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return (AsymmetricAlgorithm?)certificate.GetRSAPublicKey() ?? certificate.GetECDsaPublicKey();
    }

    private static AsymmetricAlgorithm? Import(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception other) when (other is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }
}
