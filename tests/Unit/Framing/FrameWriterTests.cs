using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;

namespace SseFabric.Unit.Framing;

[Trait("Suite", "Unit")]
public sealed class FrameWriterTests
{
    [Theory]
    [InlineData("foobar", "data: foobar\n\n")]
    [InlineData("foobar\nfoobar2", "data: foobar\ndata: foobar2\n\n")]
    [InlineData("tail\n", "data: tail\ndata: \n\n")]
    [InlineData("\n", "data: \ndata: \n\n")]
    [InlineData("\r", "data: \ndata: \n\n")]
    [InlineData("\r\n", "data: \ndata: \n\n")]
    [InlineData("\n\r", "data: \ndata: \ndata: \n\n")]
    [InlineData("x\n\ny", "data: x\ndata: \ndata: y\n\n")]
    [InlineData("a\r\nb", "data: a\ndata: b\n\n")]
    [InlineData("a\rb", "data: a\ndata: b\n\n")]
    [InlineData("a\r", "data: a\ndata: \n\n")]
    [InlineData("", "data: \n\n")]
    [InlineData("data: already\n\n", "data: data: already\ndata: \ndata: \n\n")]
    [InlineData(" one space is the parser's", "data:  one space is the parser's\n\n")]
    [InlineData("a\0b", "data: a\0b\n\n")]
    [InlineData("\uFEFFbom", "data: \uFEFFbom\n\n")]
    [InlineData("line\u2028paragraph\u2029next\u0085no breaks", "data: line\u2028paragraph\u2029next\u0085no breaks\n\n")]
    [InlineData("x\n\nevent: forged\ndata: y\n\n", "data: x\ndata: \ndata: event: forged\ndata: data: y\ndata: \ndata: \n\n")]
    public void Body_Payload_EveryLineIsADataField(string payload, string body) =>
        Assert.Equal(body, Text(FrameWriter.Body(Event(payload))));

    [Fact]
    public void Body_TypeAndRetry_StandBeforeTheData() =>
        Assert.Equal("event: tick\nretry: 1500\ndata: x\n\n", Text(FrameWriter.Body(new NewEvent("tick", "x"u8.ToArray()) { Retry = TimeSpan.FromSeconds(1.5) })));

    [Theory]
    [InlineData("message", null)]
    [InlineData("tück", null)]
    [InlineData("message", 0L)]
    [InlineData("tick", long.MaxValue)]
    public void Body_Any_AllocatesItsArrayAlone(string type, long? retryTicks)
    {
        var published = new NewEvent(type, Encoding.UTF8.GetBytes("one\ntwo\r\nthree")) { Retry = retryTicks is { } ticks ? TimeSpan.FromTicks(ticks) : null };
        var length = FrameWriter.Body(published).Length;
        var expected = Allocated(() => GC.KeepAlive(new byte[length]));

        Assert.Equal(expected, Allocated(() => GC.KeepAlive(FrameWriter.Body(published))));
    }

    [Fact]
    public void Body_AnyPayload_ParserGivesItBackAsOneEvent() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            payload => GivesBack(payload, FrameWriter.Body(new NewEvent(payload)), chunk: 1 + (payload.Length % 7)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Body_HostilePayload_ParserGivesItBackAsOneEvent() =>
        Seeds.Each(5000, random =>
        {
            var payload = random.NextPayload();
            GivesBack(payload, FrameWriter.Body(new NewEvent(payload)), random.Next(1, 9));
        });

    [Fact]
    public void Body_EveryByte_ParserGivesItBack()
    {
        var payload = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        GivesBack(payload, FrameWriter.Body(new NewEvent(payload)), chunk: 1);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public void Body_LineBreaksInEveryChunking_AreTheSameLines(string lineBreak)
    {
        string[] lines = ["first", "", "data: second", ": third", "", ""];
        var body = FrameWriter.Body(Event(string.Join(lineBreak, lines)));
        for (var chunk = 1; chunk <= body.Length; chunk++)
        {
            Assert.Equal(string.Join('\n', lines), Assert.Single(Parsed.Events(body, chunk)).Data);
        }
    }

    /// <summary>The examples of the HTML standard, 9.2.6: what a parser reads there, our frames bring too.</summary>
    [Theory]
    [InlineData("data: YHOO\ndata: +2\ndata: 10\n\n", 1)]
    [InlineData(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n", 3)]
    [InlineData("data\n\ndata\ndata\n\ndata:", 2)]
    [InlineData("data:test\n\ndata: test\n\n", 2)]
    [InlineData("data: This is the first message.\n\ndata: This is the second message, it\ndata: has two lines.\n\ndata: This is the third message.\n\n", 3)]
    [InlineData("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n", 3)]
    public void Body_ExamplesOfTheStandard_ComeThrough(string example, int events)
    {
        var expected = Parsed.Events(Encoding.UTF8.GetBytes(example));
        byte[] written = [.. expected.SelectMany(item => FrameWriter.Body(new NewEvent(item.EventType, Encoding.Latin1.GetBytes(item.Data))))];

        Assert.Equal(events, expected.Count);
        for (var chunk = 1; chunk < 20; chunk++)
        {
            Assert.Equal(expected.Select(item => (item.EventType, item.Data)), Parsed.Events(written, chunk).Select(item => (item.EventType, item.Data)));
        }
    }

    [Fact]
    public void PositionBlock_BeforeAnEvent_SetsTheIdAndDispatchesNothing()
    {
        byte[] stream = [.. FrameWriter.PositionBlock(FrameWriter.IdLine("7-1"u8), TimeSpan.FromSeconds(3)), .. ":\n\n"u8, .. FrameWriter.Body(Event("x"))];

        Assert.Equal("id: 7-1\nretry: 3000\n\n:\n\ndata: x\n\n", Text(stream));
        var only = Assert.Single(Parsed.Events(stream, chunk: 1));
        Assert.Equal(("x", "7-1", TimeSpan.FromSeconds(3)), (only.Data, only.EventId, only.ReconnectionInterval));
    }

    [Fact]
    public void MissedEvents_NameWithQuotesAndMarkup_IsOneEventOfJson()
    {
        var channel = ChannelName.Parse("a\"b\\c</script>\u2028é😀");

        var told = Assert.Single(Parsed.Events(FrameWriter.MissedEvents(channel, GapReason.Evicted), chunk: 1));

        Assert.Equal("missedevents", told.EventType);
        using var json = System.Text.Json.JsonDocument.Parse(Encoding.Latin1.GetBytes(told.Data));
        Assert.Equal(channel.Value, json.RootElement.GetProperty("channel").GetString());
        Assert.Equal("evicted", json.RootElement.GetProperty("reason").GetString());
    }

    private static bool GivesBack(byte[] payload, byte[] body, int chunk)
    {
        var item = Assert.Single(Parsed.Events([.. "id: 1-1\n"u8, .. body], chunk));
        Assert.Equal(Parsed.Normalized(payload), item.Data);
        Assert.Equal(("message", "1-1"), (item.EventType, item.EventId));
        return true;
    }

    private static long Allocated(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static NewEvent Event(string payload) => new(Encoding.UTF8.GetBytes(payload));

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
