using Microsoft.Extensions.Primitives;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>An application's answer that is kept while it is held.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Headers">Its headers, without those of the connection, of its length and of GRIP.</param>
/// <param name="Body">Its body.</param>
internal sealed record HeldAnswer(int Status, IReadOnlyList<(string Name, StringValues Values)> Headers, byte[] Body)
{
    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="isStream">Whether it begins a stream, which then has its content type, and nothing else that tells of its body.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The answer; null: its body is larger than may be.</returns>
    public static async Task<HeldAnswer?> ReadAsync(HttpResponseMessage answer, bool isStream, CancellationToken cancellationToken)
    {
        if (await HeldBody.ReadAsync(answer, cancellationToken) is not { } body)
        {
            return null;
        }

        var connection = PassedAnswer.ConnectionOf(answer);
        var headers = PassedAnswer.HeadersOf(answer).Where(header => !connection.Contains(header.Name) && !IsOfHold(header.Name) && !(isStream && IsNotOfStream(header.Name)));
        return new HeldAnswer((int)answer.StatusCode, [.. headers], body);
    }

    public void WriteHeaders(IHeaderDictionary headers)
    {
        foreach (var (name, values) in Headers)
        {
            headers[name] = values;
        }
    }

    private static bool IsNotOfStream(string name) => HandOffAnswer.IsOfBody(name) && !name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);

    private static bool IsOfHold(string name) =>
        name.StartsWith(GripHeaders.Prefix, StringComparison.OrdinalIgnoreCase)
        || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("ETag", StringComparison.OrdinalIgnoreCase);
}
