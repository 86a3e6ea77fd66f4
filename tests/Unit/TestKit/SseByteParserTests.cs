using System.Net.ServerSentEvents;
using System.Text;
using SseFabric.TestKit.Http;

namespace SseFabric.Unit.TestKit;

/// <summary>The swarm's parser against the BCL's, in every kind of piece.</summary>
[Trait("Suite", "Unit")]
public sealed class SseByteParserTests
{
    public static TheoryData<string> Streams =>
    [
        "data: a\n\n",
        "data: a\r\n\r\ndata: b\r\rdata:c\n\n",
        "\uFEFFdata: bom\n\n",
        "id: 1\nevent: x\ndata: one\ndata: two\n\n",
        "data\n\ndata\ndata\n\ndata:",
        ": comment\n\nid: 7\nretry: 20\n\ndata: after the id\n\n",
        "id: 1\ndata: a\n\nid\ndata: b\n\nid: bad\0id\ndata: c\n\n",
        "data: unfinished\n",
        "data:  two spaces\n\nunknown: x\ndata: é€😀\n\n",
        "data: a\n\r\ndata: b\n\n",
    ];

    [Theory]
    [MemberData(nameof(Streams))]
    public void Append_AnyPieces_FindsWhatTheStandardParserFinds(string stream)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        var expected = SseParser.Create(new MemoryStream(bytes)).Enumerate()
            .Select(item => $"{(item.EventType == "message" ? "" : item.EventType)}|{item.Data}").ToList();

        foreach (var piece in new[] { 1, 2, 3, bytes.Length })
        {
            Assert.Equal(expected, Parse(bytes, piece).Select(found => found[..found.LastIndexOf('|')]));
        }
    }

    [Fact]
    public void Append_BlockWithoutData_SetsTheId()
    {
        Assert.Equal(["|a|9"], Parse("id: 9\nretry: 5\n\ndata: a\n\n"u8, 1));
    }

    /// <summary>HTML standard, "dispatch the event", step 2; the BCL's parser keeps the type.</summary>
    [Fact]
    public void Append_BlockWithTypeAlone_ForgetsTheType()
    {
        Assert.Equal(["|a|"], Parse("event: t\n\ndata: a\n\n"u8, 1));
    }

    /// <summary>A stream that is cut between an event's id and its end must be resumed before that event.</summary>
    [Fact]
    public void LastEventId_WithinABlock_IsTheOneBefore()
    {
        var parser = new SseByteParser(new Found());
        parser.Append("id: 1\n\nid: 2\ndata: a\n"u8);
        Assert.Equal("1", Encoding.UTF8.GetString(parser.LastEventId));

        parser.Append("\n"u8);
        Assert.Equal("2", Encoding.UTF8.GetString(parser.LastEventId));
    }

    private static List<string> Parse(ReadOnlySpan<byte> bytes, int piece)
    {
        var found = new Found();
        var parser = new SseByteParser(found);
        for (var at = 0; at < bytes.Length; at += piece)
        {
            parser.Append(bytes.Slice(at, Math.Min(piece, bytes.Length - at)));
        }

        return found.Events;
    }

    private sealed class Found : ISseHandler
    {
        public List<string> Events { get; } = [];

        public void OnEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id) =>
            Events.Add($"{Encoding.UTF8.GetString(type)}|{Encoding.UTF8.GetString(data)}|{Encoding.UTF8.GetString(id)}");

        public void OnBlock(ReadOnlySpan<byte> id)
        {
        }

        public void OnComment(ReadOnlySpan<byte> text)
        {
        }
    }
}
