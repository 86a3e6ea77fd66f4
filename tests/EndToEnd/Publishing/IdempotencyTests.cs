using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Publishing;

/// <summary><c>Idempotency-Key</c>: a repeat answers the first result and delivers nothing.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class IdempotencyTests(PublishFixture fixture) : IClassFixture<PublishFixture>
{
    private const string Header = "Idempotency-Key";
    private const string Replayed = "Idempotent-Replayed";

    [Fact]
    public async Task Repeat_AnswersTheFirstIdAndDeliversNothing()
    {
        var channel = FrontendFixture.Unique();
        var other = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var first = await fixture.Http.PostAsync($"/channels/{channel}/events", "one", null, (Header, "key 1"));
        var repeat = await fixture.Http.PostAsync($"/channels/{channel}/events", "one", null, (Header, "key 1"));
        var second = await fixture.Http.PostAsync($"/channels/{channel}/events", "two", null, (Header, "key 2"));
        var elsewhere = await fixture.Http.PostAsync($"/channels/{other}/events", "one", null, (Header, "key 1"));

        Assert.Equal(first.Json.GetProperty("id").GetString(), repeat.Json.GetProperty("id").GetString());
        Assert.Equal([null, "true", null, null], new[] { first, repeat, second, elsewhere }.Select(answer => answer.Header(Replayed)));
        Assert.Equal(["one", "two"], (await subscriber.TakeAsync(2)).Select(received => received.Text));
    }

    [Fact]
    public async Task ManyAtATime_WithOneKey_AreOneEvent()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        var joined = await PublishUntilJoinedAsync(channel);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fixture.Http.PostAsync($"/channels/{channel}/events", "once", null, (Header, "k"))));
        await fixture.Http.PublishAsync(channel, "end");

        Assert.Single(answers, answer => answer.Header(Replayed) is null);
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(["once", "end"], (await subscriber.TakeAsync(joined + 2)).Skip(joined).Select(received => received.Text));
    }

    [Fact]
    public async Task Repeat_OverSeveralChannels_PublishesOnlyWhereItIsNew()
    {
        var (one, two) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        await using var subscriber = await fixture.JoinAsync(one);

        var first = await fixture.Http.PostAsync("/publish", $"channel={one}&message=x", "application/x-www-form-urlencoded", (Header, "k"));
        var both = await fixture.Http.PostAsync("/publish", $"channel={one}&channel={two}&message=x", "application/x-www-form-urlencoded", (Header, "k"));
        var again = await fixture.Http.PostAsync("/publish", $"channel={one}&channel={two}&message=x", "application/x-www-form-urlencoded", (Header, "k"));
        await fixture.Http.PublishAsync(one, "end");

        Assert.Equal(first.IdOf(one), both.IdOf(one));
        Assert.Equal((null, "true"), (both.Header(Replayed), again.Header(Replayed)));
        Assert.Equal(both.IdOf(two), again.IdOf(two));
        Assert.Equal(["x", "end"], (await subscriber.TakeAsync(2)).Select(received => received.Text));
    }

    [Fact]
    public async Task Batch_Repeated_DeliversNothing()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        for (var i = 0; i < 2; i++)
        {
            var answer = await fixture.Http.PostAsync($"/channels/{channel}/events", "{\"data\":1}\n{\"data\":2}", "application/x-ndjson", (Header, "k"));
            Assert.Equal(2, answer.Json.GetProperty("count").GetInt32());
        }

        await fixture.Http.PublishAsync(channel, "end");
        Assert.Equal(["1", "2", "end"], (await subscriber.TakeAsync(3)).Select(received => received.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("LONG")]
    public async Task Key_Bad_Is400(string key)
    {
        key = key == "LONG" ? new string('k', 256) : key;

        var refused = await fixture.Http.PostAsync("/channels/c/events", "x", null, (Header, key));

        Assert.Equal(400, refused.Status);
        Assert.Contains("1 to 255 printable characters", refused.Body, StringComparison.Ordinal);
    }

    /// <summary>Publishes until an answer counts the subscriber, so that all later ones do: the channel hears of it a moment after its stream has begun.</summary>
    /// <returns>How many events it took.</returns>
    private async Task<int> PublishUntilJoinedAsync(string channel)
    {
        var published = 0;
        await Eventually.SeeAsync(
            "the subscriber",
            async () =>
            {
                published++;
                return (await fixture.Http.PostAsync($"/channels/{channel}/events", "joined", null)).Json.GetProperty("subscribers").GetInt32();
            },
            subscribers => subscribers == 1);
        return published;
    }
}
