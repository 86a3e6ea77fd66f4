using Microsoft.Extensions.Primitives;
using SseFabric.Contracts;

namespace SseFabric.Frontend.HandOff;

/// <summary>An application's word on what stream a request gets.</summary>
/// <param name="Channels">Each channel once; at least one.</param>
/// <param name="Headers">The application's headers for the stream's head.</param>
/// <param name="Prelude">What the stream begins with.</param>
internal sealed record HandOffAnswer(ChannelName[] Channels, IReadOnlyList<(string Name, StringValues Values)> Headers, ReadOnlyMemory<byte> Prelude)
{
    // Of another body than the stream's, or in the way of one.
    private static readonly HashSet<string> s_notOfStream = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Ranges", "Content-Digest", "Content-Encoding", "Content-Length", "Content-MD5", "Content-Range", "Content-Type", "Digest", "ETag", "Repr-Digest",
        "X-Accel-Buffering",
    };

    /// <summary>Whether a header tells of the body that it came with, and not of a stream.</summary>
    public static bool IsOfBody(string name) => s_notOfStream.Contains(name);

    /// <summary>The headers of an answer that a stream may have.</summary>
    public static IReadOnlyList<(string Name, StringValues Values)> HeadersOf(HttpResponseMessage answer, HandOffHeaders handOff)
    {
        var connection = PassedAnswer.ConnectionOf(answer);
        return [.. PassedAnswer.HeadersOf(answer).Where(header => !IsOfBody(header.Name) && !connection.Contains(header.Name) && !handOff.IsHidden(answer, header.Name))];
    }

    public void WriteHeaders(IHeaderDictionary headers)
    {
        foreach (var (name, values) in Headers)
        {
            headers[name] = values;
        }
    }
}
