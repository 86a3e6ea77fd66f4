using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Profiles;

/// <summary>Publishing as cyclone-sse takes it.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class CyclonePublishTests(CycloneFixture fixture) : IClassFixture<CycloneFixture>
{
    private const string Form = "application/x-www-form-urlencoded";

    [Fact]
    [Trait("Parity", "131")]
    [Trait("Parity", "132")]
    public async Task Publish_RepeatedChannel_OnceOnEachAndTheAnswerToTheByte()
    {
        var (a, b) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"));
        await using var stream = await fixture.StreamAsync([a, b]);
        using var http = new HttpPublisher(fixture.Fabric.Address);
        var answer = await http.PostAsync("/publish", $"channel={a}&channel={b}&message=%5B123%2C+124%5D", Form);
        await fixture.PublishAsync(a, "end");
        await fixture.PublishAsync(b, "end");

        Assert.Equal((200, "application/json", """{"status": "ok"}"""), (answer.Status, answer.Header("Content-Type"), answer.Body));
        var body = await stream.ReadBodyUntilAsync("both ends", text => CycloneFixture.DataIn(text).Count(data => data == "end") == 2);
        Assert.Equal(2, CycloneFixture.DataIn(body).Count(data => data == "[123, 124]"));
    }

    [Theory]
    [Trait("Parity", "135")]
    [InlineData("/publish?channel=CHANNEL&message=x", "", null)]
    [InlineData("/publish", """{"channel":"CHANNEL","message":"x"}""", "application/json")]
    public async Task Publish_QueryOrJson_IsTaken(string target, string body, string? contentType)
    {
        var channel = FrontendFixture.Unique();
        await using var stream = await fixture.StreamAsync([channel]);
        using var http = new HttpPublisher(fixture.Fabric.Address);
        var answer = await http.PostAsync(target.Replace("CHANNEL", channel, StringComparison.Ordinal), body.Replace("CHANNEL", channel, StringComparison.Ordinal), contentType);

        Assert.Equal((200, """{"status": "ok"}"""), (answer.Status, answer.Body));
        await CycloneFixture.SeeAsync(stream, "x");
    }

    [Theory]
    [InlineData("channel=a")]
    [InlineData("message=a")]
    [InlineData("")]
    public async Task Publish_NoChannelOrMessage_BadRequest(string form)
    {
        using var http = new HttpPublisher(fixture.Fabric.Address);

        Assert.Equal(400, (await http.PostAsync("/publish", form, Form)).Status);
    }

    [Fact]
    [Trait("Parity", "133")]
    [Trait("Parity", "136")]
    public async Task Publish_Key_OnlyTheRightOne()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--profile=cyclone", "--Fabric:Publish:Keys:0=right");
        using var http = new HttpPublisher(fabric.Address);

        Assert.Equal(401, (await http.PostAsync("/publish", "channel=a&message=x", Form)).Status);
        Assert.Equal(401, (await http.PostAsync("/publish", "channel=a&message=x&key=wrong", Form)).Status);
        Assert.Equal(200, (await http.PostAsync("/publish", "channel=a&message=x&key=right", Form)).Status);
        var stats = await http.SendAsync(HttpMethod.Get, "/stats", null, null);
        Assert.Equal("[]", stats.Body);
    }

    [Fact]
    [Trait("Parity", "121")]
    public async Task Cors_ConfiguredOrigins_OnlyThose()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--profile=cyclone", "--Fabric:Stream:Cors:Origins:0=https://good.example");
        foreach (var (origin, allowed) in new[] { ("https://good.example", "https://good.example"), ("https://bad.example", null) })
        {
            await using var stream = await RawHttpConnection.ConnectAsync(fabric.Address);
            await stream.GetAsync("/?channels=a", $"Origin: {origin}");

            Assert.Equal((200, allowed, "Origin"), (stream.Status, stream.Header("Access-Control-Allow-Origin"), stream.Header("Vary")));
        }
    }
}
