using System.Text;

namespace SseFabric.EndToEnd.Publishing;

/// <summary>Many events of one channel in one request, one JSON object a line: all of them, or none.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class BatchTests(PublishFixture fixture) : IClassFixture<PublishFixture>
{
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task Batch_AllForms_ArriveInOrder()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var answer = await fixture.Http.PostAsync(
            $"/channels/{channel}/events",
            """
            {"data":"plain \u00e9 \"q\"\nnext"}

            {"event":"price","data":{"a" : [1,  2.50]},"retry":700,"id":"mine"}
              {"data":12e3}
            {"data":null}
            {"dataBase64":"AGE=","event":""}
            """.Replace("\n  {", "\r\n\t{", StringComparison.Ordinal),
            Lines);

        var received = await subscriber.TakeAsync(5);
        Assert.Equal(["plain é \"q\"\nnext", "{\"a\" : [1,  2.50]}", "12e3", "null", "\0a"], received.Select(next => next.Text));
        Assert.Equal(["message", "price", "message", "message", "message"], received.Select(next => next.Type));
        Assert.Equal(TimeSpan.FromMilliseconds(700), received[1].Retry);
        Assert.Equal((200, "ok", 5), (answer.Status, answer.Json.GetProperty("status").GetString(), answer.Json.GetProperty("count").GetInt32()));
        Assert.Equal(received[^1].Id, answer.Json.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("{\"data\":\"b\"", "Line 2: This is no valid JSON")]
    [InlineData("{\"data\":\"b\"} x", "Line 2: This is no valid JSON")]
    [InlineData("[\"b\"]", "Line 2: An object is awaited; this is an array")]
    [InlineData("{\"event\":\"b\"}", "Line 2: There is neither 'data' nor 'dataBase64'")]
    [InlineData("{\"data\":1,\"dataBase64\":\"YQ==\"}", "Line 2: There are both 'data' and 'dataBase64'")]
    [InlineData("{\"dataBase64\":\"%\"}", "Line 2: The member 'dataBase64' is no valid base64")]
    [InlineData("{\"data\":1,\"data\":2}", "Line 2: The member 'data' stands there twice")]
    [InlineData("{\"data\":1,\"typ\":\"b\"}", "Line 2: The member 'typ' is unknown; known: event, data, dataBase64, retry")]
    [InlineData("{\"data\":1,\"event\":3}", "Line 2: The member 'event' is a string; this is a number")]
    [InlineData("{\"data\":1,\"event\":\"a\\nb\"}", "Line 2: The event's type")]
    [InlineData("{\"data\":1,\"retry\":1.5}", "Line 2: 'retry' is a whole number of milliseconds, 0 to 2147483647; this is '1.5'")]
    [InlineData("{\"data\":\"\\ud800\"}", "Line 2: A string holds half of a surrogate pair")]
    public async Task Batch_OneBadLine_Is400WithItsNumberAndPublishesNothing(string line, string detail)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var refused = await fixture.Http.PostAsync($"/channels/{channel}/events", $"{{\"data\":\"a\"}}\n{line}\n{{\"data\":\"c\"}}", Lines);
        await fixture.Http.PublishAsync(channel, "after");

        Assert.Equal(400, refused.Status);
        Assert.StartsWith(detail, refused.Detail, StringComparison.Ordinal);
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Batch_OneEventTooLarge_Is413AndPublishesNothing()
    {
        var channel = FrontendFixture.Unique("small");
        await using var subscriber = await fixture.JoinAsync(channel);

        var refused = await fixture.Http.PostAsync($"/channels/{channel}/events", $"{{\"data\":\"a\"}}\n{{\"data\":\"{new string('x', 101)}\"}}", Lines);
        await fixture.Http.PublishAsync(channel, "after");

        Assert.Equal(413, refused.Status);
        Assert.StartsWith($"Line 2: The event has 101 bytes; the channel '{channel}' takes up to 100", refused.Detail, StringComparison.Ordinal);
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Batch_InvalidUtf8_Is400()
    {
        var refused = await fixture.Http.PostAsync($"/channels/{FrontendFixture.Unique()}/events", (byte[])[.. "{\"data\":\""u8, 0xFF, .. "\"}"u8], Lines);

        Assert.Equal((400, "Line 1: JSON is UTF-8; this isn't."), (refused.Status, refused.Detail));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n")]
    public async Task Batch_Empty_Is400(string body) =>
        Assert.Equal(400, (await fixture.Http.PostAsync($"/channels/{FrontendFixture.Unique()}/events", body, Lines)).Status);

    [Fact]
    public async Task Batch_TenThousand_AreTakenAndOneMoreIsNot()
    {
        var channel = FrontendFixture.Unique("long");
        var lines = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            lines.Append("{\"data\":").Append(i).Append("}\n");
        }

        await using var subscriber = await fixture.JoinAsync(channel);
        Assert.Equal(200, (await fixture.Http.PostAsync($"/channels/{channel}/events", lines.ToString(), Lines)).Status);
        var refused = await fixture.Http.PostAsync($"/channels/{channel}/events", lines.Append("{\"data\":1}").ToString(), Lines);
        await fixture.Http.PublishAsync(channel, "after");

        Assert.Equal(413, refused.Status);
        Assert.Contains("10000", refused.Detail, StringComparison.Ordinal);
        var received = (await subscriber.TakeAsync(10_001)).Select(next => next.Text);
        Assert.Equal([.. Enumerable.Range(0, 10_000).Select(i => $"{i}"), "after"], received);
    }

    /// <summary>Two publishers at a time: the events of a batch stand together.</summary>
    [Fact]
    public async Task Batches_AtATime_DontMix()
    {
        const int batches = 50;
        const int size = 20;
        var channel = FrontendFixture.Unique("long");
        await using var subscriber = await fixture.JoinAsync(channel);

        await Task.WhenAll(Enumerable.Range(0, batches).Select(batch => fixture.Http.PostAsync(
            $"/channels/{channel}/events", string.Join('\n', Enumerable.Repeat($"{{\"data\":\"{batch}\"}}", size)), Lines)));

        var received = (await subscriber.TakeAsync(batches * size)).Select(next => next.Text).Chunk(size).ToList();
        Assert.All(received, batch => Assert.Single(batch.Distinct()));
        Assert.Equal(batches, received.Select(batch => batch[0]).Distinct().Count());
    }
}
