namespace SseFabric.Frontend.HandOff;

/// <summary>The body of an application's answer that a stream begins with, or that is kept while the answer is held.</summary>
internal static class HeldBody
{
    /// <summary>The largest, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <returns>The body; null: it is larger than may be.</returns>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[4 << 10];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            body.Write(buffer.AsSpan(0, read));
            if (body.Length > MaxBytes)
            {
                return null;
            }
        }

        return body.ToArray();
    }

    /// <summary>Why a stream can't go on after a body; null: it can.</summary>
    public static string? StreamFault(HttpResponseMessage answer, byte[] body) =>
        body.Length > 0 && answer.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var encoding)
            ? $"A stream can't go on after a body with Content-Encoding {encoding}."
            : null;
}
