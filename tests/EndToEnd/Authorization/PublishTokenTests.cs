using System.Text.Json.Nodes;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>A token's claim <c>sse.publish</c> says what its bearer may publish to, with and without keys.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class PublishTokenTests(AuthFixture fixture) : IClassFixture<AuthFixture>
{
    private const string Form = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData("/channels/C/events", "m", null, true)]
    [InlineData("/channels/C/events?access_token=T", "m", null, false)]
    [InlineData("/publish", "channel=C&message=m", Form, true)]
    [InlineData("/publish?access_token=T", """[{"channel":"C","message":"m"}]""", "application/json", false)]
    public async Task Publish_TokenForTheChannel_Publishes(string target, string body, string? contentType, bool inHeader)
    {
        var channel = FrontendFixture.Unique("pub");
        var token = Publisher("pub-*").ToString();
        await using var subscriber = await fixture.OpenAsync($"{TestToken.For(channel)}", $"/events/{channel}");

        var answer = await fixture.Http.PostAsync(Named(target, channel).Replace("=T", $"={token}", StringComparison.Ordinal), Named(body, channel), contentType, inHeader ? [Bearer(token)] : []);

        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("m", (await subscriber.NextAsync()).Text);
    }

    /// <summary>From elsewhere too, as a key would be.</summary>
    [Fact]
    public async Task Publish_TokenThroughAProxy_Publishes() =>
        Assert.Equal(200, (await fixture.Http.PostAsync("/channels/a/events", "m", null, Bearer(Publisher("a")), ("X-Forwarded-For", "192.0.2.1"))).Status);

    [Theory]
    [InlineData("/channels/C/events", "m", null)]
    [InlineData("/publish", "channel=allowed&channel=C&message=m", Form)]
    public async Task Publish_OutsideTheToken_Is403NamingTheChannelAndPublishesNothing(string target, string body, string? contentType)
    {
        var (channel, allowed) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        await using var subscriber = await fixture.OpenAsync($"{TestToken.For("*")}", $"/events?channel={channel}&channel={allowed}");
        body = Named(body, channel).Replace("allowed", allowed, StringComparison.Ordinal);

        TestToken[] tokens = [Publisher(allowed), Publisher(channel.ToUpperInvariant(), allowed), Publisher(channel + ".*", allowed), Publisher(allowed).With("sse.subscribe", "*")];
        foreach (var token in tokens)
        {
            var refused = await fixture.Http.PostAsync(Named(target, channel), body, contentType, Bearer(token));
            Assert.Equal((403, "Bearer error=\"insufficient_scope\""), (refused.Status, refused.Header("WWW-Authenticate")));
            Assert.Contains($"'{channel}'", refused.Detail, StringComparison.Ordinal);
        }

        await fixture.Publisher.PublishAsync(allowed, "after");
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_BadToken_Is401EvenOnThisMachine()
    {
        TestToken[] tokens = [Publisher("*").With("exp", 1), Publisher("*").Without("exp"), Publisher("*") with { Algorithm = "none", Sign = _ => [] }, Publisher("*").With("aud", "x")];
        foreach (var token in tokens)
        {
            var refused = await fixture.Http.PostAsync("/channels/a/events", "m", null, Bearer(token));
            Assert.Equal(401, refused.Status);
            Assert.StartsWith("Bearer error=\"invalid_token\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }

        Assert.Equal(403, (await fixture.Http.PostAsync("/channels/a/events", "m", null, Bearer(TestToken.For("*")))).Status);
    }

    /// <summary>Without a token, and without keys, publishers on this machine are taken as ever; a cookie counts for nothing.</summary>
    [Fact]
    public async Task Publish_NoToken_IsTakenFromThisMachineAlone()
    {
        var cookie = ("Cookie", $"sse_token={Publisher("*")}");

        Assert.Equal(200, (await fixture.Http.PostAsync("/channels/a/events", "m", null)).Status);
        var elsewhere = await fixture.Http.PostAsync("/channels/a/events", "m", null, ("X-Forwarded-For", "192.0.2.1"), cookie);
        var page = await fixture.Http.PostAsync("/publish", "channel=a&message=m", Form, ("Origin", AuthFixture.Page), cookie);

        Assert.Equal((401, "Bearer"), (elsewhere.Status, elsewhere.Header("WWW-Authenticate")));
        Assert.Contains("X-Forwarded-For", elsewhere.Detail, StringComparison.Ordinal);
        Assert.Equal(401, page.Status);
    }

    [Fact]
    public async Task Publish_WithKeysToo_EitherOfThemCounts()
    {
        await using var fabric = await SseFabricProcess.StartAsync(
            $"--Fabric:Auth:Jwt:Secret={TestToken.Secret}", "--Fabric:Auth:Jwt:Algorithms:0=HS256", "--Fabric:Publish:Keys:0=geheim-key");
        using var http = new HttpPublisher(fabric.Address);

        Assert.Equal(200, (await http.PostAsync("/channels/a/events", "m", null, Bearer("geheim-key"))).Status);
        Assert.Equal(200, (await http.PostAsync("/publish", "channel=a&message=m&key=geheim-key", Form)).Status);
        Assert.Equal(200, (await http.PostAsync("/publish", "channel=a&message=m", Form, Bearer(Publisher("a")))).Status);
        Assert.Equal(403, (await http.PostAsync("/publish", "channel=b&message=m", Form, Bearer(Publisher("a")))).Status);
        Assert.Equal(401, (await http.PostAsync("/publish", "channel=b&message=m&key=geheim-key", Form, Bearer(Publisher("b").Without("exp")))).Status);
        Assert.Equal(401, (await http.PostAsync("/channels/a/events", "m", null)).Status);
        Assert.Equal(401, (await http.PostAsync("/channels/a/events", "m", null, Bearer("geheim"))).Status);
        Assert.Equal(401, (await http.PostAsync("/channels/a/events", "m", null, ("Cookie", $"sse_token={Publisher("*")}"))).Status);
    }

    private static TestToken Publisher(params string[] globs) =>
        TestToken.For().With("sse.publish", new JsonArray([.. globs.Select(glob => (JsonNode)glob)]));

    private static (string, string) Bearer(object token) => ("Authorization", $"Bearer {token}");

    private static string Named(string text, string channel) => text.Replace("/C/", $"/{channel}/", StringComparison.Ordinal)
        .Replace("=C&", $"={channel}&", StringComparison.Ordinal).Replace("\"C\"", $"\"{channel}\"", StringComparison.Ordinal);
}
