using System.Net.ServerSentEvents;
using System.Text;

namespace SseFabric.Unit.Framing;

/// <summary>What the BCL's parser makes of bytes; payloads are compared as Latin-1 text, so that no byte is lost.</summary>
internal static class Parsed
{
    public static List<SseItem<string>> Events(byte[] stream, int chunk = int.MaxValue) =>
        [.. SseParser.Create(new ChunkedStream(stream, chunk), (_, data) => Encoding.Latin1.GetString(data)).Enumerate()];

    /// <summary>A payload as a parser must give it back: every kind of line break is a line feed.</summary>
    public static string Normalized(ReadOnlySpan<byte> payload) =>
        Encoding.Latin1.GetString(payload).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
