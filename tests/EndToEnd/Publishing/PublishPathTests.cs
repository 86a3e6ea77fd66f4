using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Publishing;

/// <summary><c>POST /publish</c>: forms, JSON and batches for any channels.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class PublishPathTests(PublishFixture fixture) : IClassFixture<PublishFixture>
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";
    private const string Lines = "application/x-ndjson";

    /// <summary>PARITY.md 131.</summary>
    [Fact]
    public async Task Form_ChannelAndMessage_IsOk()
    {
        await using var subscriber = await fixture.JoinAsync("base");

        var answer = await fixture.Http.PostAsync("/publish", "channel=base&message=%5B123%2C+124%5D", Form);

        Assert.Equal((200, "application/json", "ok"), (answer.Status, answer.Header("Content-Type"), answer.Json.GetProperty("status").GetString()));
        var received = await subscriber.NextAsync();
        Assert.Equal(("[123, 124]", answer.IdOf("base")), (received.Text, received.Id));
    }

    /// <summary>PARITY.md 132: and a name that is repeated counts once.</summary>
    [Fact]
    public async Task Form_RepeatedChannel_IsOnEachOnce()
    {
        var (one, two) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        await using var both = await fixture.JoinAsync(one, two);
        await using var first = await fixture.JoinAsync(one);

        var answer = await fixture.Http.PostAsync("/publish", $"channel={one}&channel={two}&channel={one}&message=x", Form);
        await fixture.Http.PublishAsync(two, "end");

        Assert.Equal(2, answer.Json.GetProperty("count").GetInt32());
        Assert.Equal(["x", "x", "end"], (await both.TakeAsync(3)).Select(received => received.Text));
        Assert.Equal(answer.IdOf(one), (await first.NextAsync()).Id);
    }

    /// <summary>PARITY.md 135.</summary>
    [Theory]
    [InlineData("?channel=C&message=m&event=e", "", null)]
    [InlineData("?channel=C&event=e", "message=m", Form)]
    [InlineData("?channel=other&message=other&event=other", "channel=C&message=m&event=e", Form)]
    [InlineData("", """{"channel":"C","message":"m","event":"e"}""", Json)]
    [InlineData("", """{"channel":["C"],"message":["m"],"event":"e","id":7,"retry":null}""", "application/json; charset=utf-8")]
    [InlineData("?channel=C&event=e", """{"message":"m"}""", "Application/JSON")]
    [InlineData("", """[{"channel":"C","message":"m","event":"e"}]""", Json)]
    [InlineData("", "{\"channel\":\"C\",\"message\":\"m\",\"event\":\"e\"}\n", Lines)]
    public async Task Parameters_FromWhereverTheyCome_AreTaken(string query, string body, string? contentType)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var answer = await fixture.Http.PostAsync($"/publish{query}".Replace("C", channel, StringComparison.Ordinal), body.Replace("\"C\"", $"\"{channel}\"", StringComparison.Ordinal).Replace("=C", $"={channel}", StringComparison.Ordinal), contentType);

        Assert.True(answer.Status == 200, answer.Body);
        var received = await subscriber.NextAsync();
        Assert.Equal(("e", "m"), (received.Type, received.Text));
    }

    [Fact]
    public async Task Json_ArrayOfMessages_IsABatchOnEachChannel()
    {
        var (one, two) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        await using var first = await fixture.JoinAsync(one);
        await using var second = await fixture.JoinAsync(two);

        var answer = await fixture.Http.PostAsync("/publish", $$"""{"channel":["{{one}}","{{two}}"],"message":["text",[1, 2],{"a":null}]}""", Json);

        Assert.Equal(6, answer.Json.GetProperty("count").GetInt32());
        Assert.Equal(["text", "[1, 2]", "{\"a\":null}"], (await first.TakeAsync(3)).Select(received => received.Text));
        Assert.Equal(["text", "[1, 2]", "{\"a\":null}"], (await second.TakeAsync(3)).Select(received => received.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Items_OverSeveralChannels_KeepEachChannelsOrder(bool asLines)
    {
        var (one, two) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        await using var subscriber = await fixture.JoinAsync(one);
        var items = Enumerable.Range(0, 10).Select(i => $$"""{"channel":"{{(i % 2 == 0 ? one : two)}}","message":{{i}}}""");

        var answer = await fixture.Http.PostAsync("/publish", asLines ? string.Join('\n', items) : $"[{string.Join(',', items)}]", asLines ? Lines : Json);

        Assert.Equal(200, answer.Status);
        Assert.Equal(["0", "2", "4", "6", "8"], (await subscriber.TakeAsync(5)).Select(received => received.Text));
    }

    [Theory]
    [InlineData("""[{"channel":"C","message":"a"},{"channel":"small","message":"L"}]""", Json, 413, "Item 2: The event has 101 bytes; the channel 'small' takes up to 100")]
    [InlineData("""[{"channel":"C","message":"a"},{"channel":"json","message":"no"}]""", Json, 400, "Item 2: The payload is not of the format of the channel 'json'")]
    [InlineData("""[{"channel":"C","message":"a"},{"channel":"a\u0000b","message":"no"}]""", Json, 400, "Item 2: A channel name must not hold control characters")]
    [InlineData("""[{"channel":"C","message":"a"},{"message":"b"}]""", Json, 400, "Item 2: There is no channel")]
    [InlineData("""[{"channel":"C","message":"a"},{"channel":"x"}]""", Json, 400, "Item 2: There is no message")]
    [InlineData("""[{"channel":"C","message":"a"},7]""", Json, 400, "Item 2: An object is awaited; this is a number")]
    [InlineData("""[{"channel":"C","message":"a"}""", Json, 400, "This is no valid JSON")]
    [InlineData("""[{"channel":"C","message":"a"}] []""", Json, 400, "This is no valid JSON")]
    [InlineData("""{"channel":["C",7],"message":"a"}""", Json, 400, "A channel is a string; this is a number")]
    [InlineData("""{"channel":"C","message":"a","chanel":"b"}""", Json, 400, "The member 'chanel' is unknown")]
    [InlineData("[]", Json, 400, "There is no event")]
    [InlineData("", Json, 400, "This is no valid JSON")]
    [InlineData("channel=C&channel=&message=a", Form, 400, "A channel name must not be empty")]
    [InlineData("channel=C", Form, 400, "There is no message")]
    [InlineData("message=a", Form, 400, "There is no channel")]
    [InlineData("channel=C&message=a", "text/plain", 415, "this one is 'text/plain'")]
    [InlineData("channel=C&message=a", null, 415, "this one is ''")]
    [InlineData("channel=C&message=a", "multipart/form-data; boundary=x", 415, "multipart/form-data")]
    [InlineData("channel=C&message=a", "application/x-www-form-urlencoded; charset=latin1", 415, "charset=latin1")]
    public async Task Post_Bad_IsRefusedAndPublishesNothing(string body, string? contentType, int status, string detail)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var refused = await fixture.Http.PostAsync(
            "/publish", body.Replace("\"C\"", $"\"{channel}\"", StringComparison.Ordinal).Replace("=C", $"={channel}", StringComparison.Ordinal).Replace("\"L\"", $"\"{new string('x', 101)}\"", StringComparison.Ordinal), contentType);
        await fixture.Http.PublishAsync(channel, "after");

        Assert.True(refused.Status == status, $"{refused.Status}: {refused.Body}");
        Assert.Contains(detail, refused.Detail, StringComparison.Ordinal);
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Path_OfYourOwn_IsServedAndNoneWithEmpty()
    {
        await using var own = await SseFabricProcess.StartAsync("--Fabric:Publish:Path=/say/it");
        await using var none = await SseFabricProcess.StartAsync("--Fabric:Publish:Path=");
        using var toOwn = new HttpPublisher(own.Address);
        using var toNone = new HttpPublisher(none.Address);

        Assert.Equal(200, (await toOwn.PostAsync("/say/it", "channel=a&message=b", Form)).Status);
        Assert.Equal(404, (await toOwn.PostAsync("/publish", "channel=a&message=b", Form)).Status);
        Assert.Equal(404, (await toNone.PostAsync("/publish", "channel=a&message=b", Form)).Status);
        await toNone.PublishAsync("a", "still here");
    }
}
