using SseFabric.EndToEnd.Authorization;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Management;

/// <summary>Streams that are ended by whoever runs the fabric: of a channel, or of a token.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class DisconnectTests(AuthFixture fixture) : IClassFixture<AuthFixture>
{
    private const string Kicked = """{"reason":"kicked"}""";

    [Fact]
    public async Task Disconnect_Channel_EndsEveryStreamOfItAndNoOther()
    {
        var (channel, other) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        await using var alone = await JoinAsync(TestToken.For("*"), channel);
        await using var both = await JoinAsync(TestToken.For("*"), other, channel);
        await using var stays = await JoinAsync(TestToken.For("*"), other);
        await using var poll = await SseClient.JoinAsync(new Uri(fixture.Fabric.Address, $"/events/{channel}?polling"), With(TestToken.For("*")));

        Assert.Equal(3, await DisconnectAsync($$"""{"channel":"{{channel}}"}"""));

        foreach (var client in new[] { alone, both, poll })
        {
            await client.Ended.Within("the end of a stream");
            Assert.Null(client.BrokenBy);
            var last = await client.NextAsync();
            Assert.Equal(("streamend", Kicked), (last.Type, last.Text));
            Assert.InRange(last.Retry!.Value.TotalSeconds, 3, 6);
        }

        await fixture.PublishAsync(other, "x");
        Assert.Equal("x", (await stays.NextAsync()).Text);

        // It may come back.
        await using var again = await JoinAsync(TestToken.For("*"), channel);
        Assert.Equal(0, await DisconnectAsync("""{"channel":"nobody-is-here"}"""));
    }

    [Fact]
    public async Task Disconnect_Token_EndsItsStreamsAndRefusesIt()
    {
        var (channel, id) = (FrontendFixture.Unique(), FrontendFixture.Unique("jti"));
        var token = TestToken.For("*").With("jti", id).With("sse.publish", "*");
        await using var one = await JoinAsync(token, channel);
        await using var two = await JoinAsync(token.With("exp", TestToken.In(TimeSpan.FromHours(2))), channel, "a");
        await using var stays = await JoinAsync(TestToken.For("*").With("jti", id + "x"), channel);
        await using var anonymous = await JoinAsync(TestToken.For("*"), channel);

        Assert.Equal(2, await DisconnectAsync($$"""{"token":"{{id}}"}"""));

        foreach (var client in new[] { one, two })
        {
            await client.Ended.Within("the end of a stream");
            Assert.Equal(Kicked, (await client.NextAsync()).Text);
        }

        var refused = await fixture.RefusedAsync($"{token}", $"/events/{channel}");
        Assert.Equal((401, "The token is not accepted. It was ended before its time."), (refused.Status, refused.Detail));
        Assert.Equal(401, (await fixture.Http.PostAsync($"/channels/{channel}/events", "x", null, ("Authorization", $"Bearer {token}"))).Status);
        await fixture.PublishAsync(channel, "x");
        Assert.Equal("x", (await stays.NextAsync()).Text);
        Assert.Equal("x", (await anonymous.NextAsync()).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"channel":""}""")]
    [InlineData("""{"channel":"a\u0000"}""")]
    [InlineData("""{"channel":1}""")]
    [InlineData("""{"channel":null}""")]
    [InlineData("""{"token":""}""")]
    [InlineData("""{"channel":"a","token":"b"}""")]
    [InlineData("""{"channel":"a","channel":"b"}""")]
    [InlineData("""{"channels":["a"]}""")]
    [InlineData("""{"token":"\ud800"}""")]
    [InlineData("""{"\ud800":"a"}""")]
    [InlineData("channel=a")]
    public async Task Disconnect_BadBody_Is400WithWhatIsAccepted(string body)
    {
        var answer = await fixture.Http.PostAsync("/admin/disconnect", body, "application/json");

        Assert.Equal(400, answer.Status);
        Assert.True(answer.Detail.Contains("{\"channel\":\"NAME\"} or {\"token\":\"JTI\"}", StringComparison.Ordinal) || answer.Detail.Contains("channel name", StringComparison.Ordinal) || answer.Detail.Contains("A token's id", StringComparison.Ordinal), answer.Detail);
    }

    [Fact]
    public async Task Disconnect_LargeBodyOrOtherMethod_IsRefused()
    {
        var large = await fixture.Http.PostAsync("/admin/disconnect", $$"""{"token":"{{new string('x', 20_000)}}"}""", "application/json");
        var get = await fixture.Http.SendAsync(HttpMethod.Get, "/admin/disconnect", null, null);

        Assert.Equal(413, large.Status);
        Assert.Equal((405, "POST"), (get.Status, get.Header("Allow")));
    }

    private async Task<int> DisconnectAsync(string body)
    {
        var answer = await fixture.Http.PostAsync("/admin/disconnect", body, null);
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("ok", answer.Json.GetProperty("status").GetString());
        return answer.Json.GetProperty("disconnected").GetInt32();
    }

    private static SseRequest With(TestToken token) => new() { Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" } };

    private Task<SseClient> JoinAsync(TestToken token, params string[] channels) => SseClient.JoinAsync(fixture.Fabric.Events(channels), With(token));
}
