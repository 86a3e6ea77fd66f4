using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Stream;

/// <summary>Streams whose events say their channel and their position there, as the browser client reads them.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class NamedTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    [Fact]
    public async Task Named_TwoChannels_EveryEventSaysItsChannelAndPosition()
    {
        var (a, b) = (FrontendFixture.Unique("a a"), FrontendFixture.Unique("é"));
        using var http = new HttpPublisher(fixture.Fabric.Address);
        await using var client = await SseClient.JoinAsync(Named(null, a, b));
        var first = await http.PublishAsync(b, "1");
        var second = await http.PublishAsync(a, "2");
        await client.TakeAsync(2);

        Assert.Contains($"\nchannel: {first} {b}\ndata: 1\n\n", client.Raw, StringComparison.Ordinal);
        Assert.Contains($"\nchannel: {second} {a}\ndata: 2\n\n", client.Raw, StringComparison.Ordinal);
        Assert.Matches($@"^channel: \d+-0 {a}\nchannel: \d+-0 {b}\nid: m\S+\nretry: 3000\n\n", client.Raw);
    }

    [Fact]
    public async Task Named_PositionsAsLastEventId_EachChannelGoesOnAtItsOwn()
    {
        var (a, b, c) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"), FrontendFixture.Unique("c"));
        using var http = new HttpPublisher(fixture.Fabric.Address);
        await using var keeper = await fixture.JoinAsync(a, b, c);
        var inA = await http.PublishAsync(a, "a1");
        await http.PublishAsync(a, "a2");
        await http.PublishAsync(b, "b1");
        var inB = await http.PublishAsync(b, "b2");
        await http.PublishAsync(c, "c1");
        await keeper.TakeAsync(5);

        await using var client = await SseClient.JoinAsync(Named($"{inA} {a}\n{inB} {b}", a, b, c));
        await http.PublishAsync(b, "b3");
        await http.PublishAsync(c, "c2");

        Assert.Equal(["a2", "b3", "c2"], (await client.TakeAsync(3)).Select(received => received.Text));
    }

    [Theory]
    [InlineData("x {0}")]
    [InlineData("-1 {0}\n")]
    [InlineData("9-9-9 {0}\n \n")]
    public async Task Named_PositionThatIsNone_IsToldAsAGap(string lastEventId)
    {
        var channel = FrontendFixture.Unique();
        await using var keeper = await fixture.JoinAsync(channel);
        await fixture.PublishAsync(channel, "1");

        await using var client = await SseClient.JoinAsync(Named(string.Format(null, lastEventId, channel), channel));
        var events = await client.TakeAsync(2);

        Assert.Equal([$$"""{"channel":"{{channel}}","reason":"unknown"}""", "1"], events.Select(received => received.Text));
        Assert.Matches($@"\nchannel: \d+-0 {channel}\nevent: missedevents\n", client.Raw);
    }

    private Uri Named(string? lastEventId, params string[] channels) =>
        new($"{fixture.Fabric.Events(channels)}&named{(lastEventId is null ? "" : "&lastEventId=" + Uri.EscapeDataString(lastEventId))}");
}
