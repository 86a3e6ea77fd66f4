using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>A stream ends with its token, and says so.</summary>
[Collection(nameof(Alone))]
[Trait("Suite", "EndToEnd")]
public sealed class TokenExpiryTests(AuthFixture fixture) : IClassFixture<AuthFixture>
{
    private const string LastEvent = """event: streamend\ndata: \{"reason":"expired"\}\nretry: (\d+)\n\n\z""";

    // Ample for a stream to be opened on a busy machine.
    private static readonly TimeSpan s_life = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Stream_TokenExpires_EndsWithALastEventAndResumesWithANewToken()
    {
        var channel = FrontendFixture.Unique();
        var end = TestToken.In(s_life);
        var token = TestToken.For(channel).With("exp", end).ToString();
        await using var client = await JoinAsync(token, $"/events/{channel}");
        await fixture.Publisher.PublishAsync(channel, "before");
        var before = await client.NextAsync();
        Assert.Equal("before", before.Text);

        await client.Ended.Within("the end of the stream", () => client.Raw);
        var late = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(end);

        Assert.Null(client.BrokenBy);
        Assert.InRange(late.TotalSeconds, 0, 2);
        var last = await client.NextAsync();
        Assert.Equal(("streamend", """{"reason":"expired"}""", before.Id), (last.Type, last.Text, last.Id));
        Assert.Matches(LastEvent, client.Raw);
        Assert.InRange(last.Retry!.Value.TotalSeconds, 3, 6);

        var (status, _, detail) = await fixture.RefusedAsync(token, $"/events/{channel}");
        Assert.Equal((401, "The token is not accepted. It has expired."), (status, detail));

        await fixture.Publisher.PublishAsync(channel, "meanwhile");
        await using var resumed = await fixture.OpenAsync($"{TestToken.For(channel)}", $"/events/{channel}", ("Last-Event-ID", last.Id));
        Assert.Equal("meanwhile", (await resumed.NextAsync()).Text);
    }

    [Fact]
    public async Task Poll_TokenExpires_EndsBeforeItsTime()
    {
        var channel = FrontendFixture.Unique();
        var token = TestToken.For(channel).With("exp", TestToken.In(s_life)).ToString();
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.GetAsync($"/events/{channel}?polling", $"Authorization: Bearer {token}");
        var body = await connection.ReadToEndAsync(TimeSpan.FromSeconds(10));
        await connection.GetAsync($"/events/{channel}?polling", $"Authorization: Bearer {token}");

        Assert.Matches(LastEvent, body);
        Assert.Equal(401, connection.Status);
    }

    /// <summary>Bytes without framing have no place for an event: the end alone tells.</summary>
    [Fact]
    public async Task RawStream_TokenExpires_EndsWithoutAWord()
    {
        var token = TestToken.For("radio").With("exp", TestToken.In(s_life));
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.GetAsync("/radio", $"Authorization: Bearer {token}");
        Assert.Equal(200, connection.Status);
        await Eventually.SeeAsync("the listener", () => fixture.Publisher.PublishAsync("radio", "la"), subscribers => subscribers == 1);
        await connection.ReadBodyUntilAsync("some sound", body => body.Contains("la", StringComparison.Ordinal));

        var body = await connection.ReadToEndAsync(TimeSpan.FromSeconds(10));

        Assert.Matches(@"\A(la)+\z", body);
    }

    [Fact]
    public async Task Stream_OthersAreNotConcerned()
    {
        var channel = FrontendFixture.Unique();
        await using var stays = await JoinAsync($"{TestToken.For(channel)}", $"/events/{channel}");
        await using var ends = await JoinAsync($"{TestToken.For(channel).With("exp", TestToken.In(s_life))}", $"/events/{channel}");

        await ends.Ended.Within("the end of the stream", () => ends.Raw);

        await fixture.PublishAsync(channel, "x");
        Assert.Equal("x", (await stays.NextAsync()).Text);
    }

    private Task<SseClient> JoinAsync(string token, string target) =>
        SseClient.JoinAsync(new Uri(fixture.Fabric.Address, target), new SseRequest { Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" } });
}
