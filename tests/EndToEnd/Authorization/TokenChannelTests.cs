using System.Net;
using System.Text.Json.Nodes;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>A token allows what its globs fit, and nothing that only looks like it.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class TokenChannelTests(AuthFixture fixture) : IClassFixture<AuthFixture>
{
    [Theory]
    [InlineData("news", "News")]
    [InlineData("news", "news ")]
    [InlineData("news", " news")]
    [InlineData("news", "news.sport")]
    [InlineData("news.sport", "news")]
    [InlineData("news.*", "news")]
    [InlineData("news.*", "newsroom")]
    [InlineData("news.*", "old.news.sport")]
    [InlineData("*.news", "a.newsroom")]
    [InlineData("room?", "room")]
    [InlineData("room?", "room12")]
    [InlineData("a*b", "a--B")]
    [InlineData("news", "*")]
    [InlineData("news", "n*")]
    [InlineData("news", "new?")]
    [InlineData("news1", "news*")]
    [InlineData("[a-z]", "a")]
    [InlineData("{a,b}", "a")]
    [InlineData("a|b", "a")]
    [InlineData("\\*", "*")]
    [InlineData("news%2A", "news*")]
    [InlineData("", "a")]
    [InlineData("?", "")]
    [InlineData("admin", "аdmin")] // a Cyrillic a
    [InlineData("café", "cafe\u0301")] // composed and decomposed
    [InlineData("cafe\u0301", "café")]
    [InlineData("straße", "STRASSE")]
    [InlineData("Ⅷ", "VIII")]
    [InlineData("news", "news\u200b")]
    [InlineData("news", "\ufeffnews")]
    [InlineData("İstanbul", "istanbul")]
    public async Task Open_OnlyLooksLikeAMatch_Is403NamingTheChannel(string glob, string channel)
    {
        var refused = await fixture.RefusedAsync($"{TestToken.For(glob)}", $"/events?channel=allowed&channel={Uri.EscapeDataString(channel)}");
        var alone = await fixture.RefusedAsync($"{TestToken.For(glob, "allowed")}", $"/events?channel=allowed&channel={Uri.EscapeDataString(channel)}");

        if (channel.Length == 0)
        {
            Assert.Equal((400, 400), (refused.Status, alone.Status));
            return;
        }

        Assert.Equal((403, 403), (refused.Status, alone.Status));
        Assert.Equal("Bearer error=\"insufficient_scope\"", alone.Challenge);
        Assert.Contains($"the channel '{channel}'", alone.Detail, StringComparison.Ordinal);
        Assert.Contains("the channel 'allowed'", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "anything at all")]
    [InlineData("news.*", "news.")]
    [InlineData("news.*", "news.sport.ski")]
    [InlineData("room?", "room1")]
    [InlineData("n*", "n*")]
    [InlineData("a\\b", "a\\b")]
    [InlineData("Straße ☃", "Straße ☃")]
    public async Task Open_Match_Streams(string glob, string channel)
    {
        await using var client = await fixture.OpenAsync($"{TestToken.For("x", glob)}", $"/events?channel={Uri.EscapeDataString(channel)}");

        Assert.Equal(HttpStatusCode.OK, client.Status);
    }

    [Fact]
    public async Task Open_OneOfManyIsNotAllowed_Is403()
    {
        var (mine, other) = (FrontendFixture.Unique(), FrontendFixture.Unique());

        var refused = await fixture.RefusedAsync($"{TestToken.For(mine)}", $"/events?channel={mine}&channel={other}");

        Assert.Equal(403, refused.Status);
        Assert.Contains(other, refused.Detail, StringComparison.Ordinal);
    }

    /// <summary>A route chooses the channel, and not who may read it.</summary>
    [Fact]
    public async Task Open_Route_NeedsATokenForItsChannel()
    {
        Assert.Equal(401, (await fixture.RefusedAsync(null, "/room/7")).Status);
        var outside = await fixture.RefusedAsync($"{TestToken.For("7", "room.8", "/room/7")}", "/room/7");
        Assert.Equal(403, outside.Status);
        Assert.Contains("'room.7'", outside.Detail, StringComparison.Ordinal);
        await using var client = await fixture.OpenAsync($"{TestToken.For("room.?")}", "/room/7");
        Assert.Equal(HttpStatusCode.OK, client.Status);
    }

    /// <summary>In a hand-off the application has decided.</summary>
    [Fact]
    public async Task Open_RedirectByTheApplication_NeedsNoToken()
    {
        await using var client = await fixture.OpenAsync(null, "/redisse/?handed-over");

        Assert.Equal(HttpStatusCode.OK, client.Status);
    }

    [Fact]
    public async Task Open_TokenWithoutTheClaim_Is403()
    {
        var token = TestToken.For().Without("sse.subscribe");

        Assert.Equal(403, (await fixture.RefusedAsync($"{token}", "/events/a")).Status);
        Assert.Equal(403, (await fixture.RefusedAsync($"{token.With("sse.subscribe", new JsonArray())}", "/events/a")).Status);
        Assert.Equal(403, (await fixture.RefusedAsync($"{token.With("sse.publish", "*")}", "/events/a")).Status);
        Assert.Equal(403, (await fixture.RefusedAsync($"{token.With("SSE.Subscribe", "*")}", "/events/a")).Status);
    }
}
