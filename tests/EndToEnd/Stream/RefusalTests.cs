using System.Net;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Stream;

/// <summary>Requests that can't be answered with a stream.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RefusalTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    public static TheoryData<string, string> BadRequests => new()
    {
        { "no channel", "/events" },
        { "no channel but other items", "/events?lastEventId=1" },
        { "an empty name", "/events?channel=" },
        { "an empty name beside a good one", "/events?channel=a&channel=" },
        { "a line feed", "/events?channel=a%0Ab" },
        { "a NUL", "/events?channel=a%00b" },
        { "DEL", "/events?channel=a%7Fb" },
        { "a C1 control", "/events?channel=a%C2%85b" },
        { "256 bytes", $"/events?channel={new string('x', 256)}" },
        { "256 bytes in 128 characters", $"/events?channel={string.Concat(Enumerable.Repeat("%C3%A9", 128))}" },
        { "invalid UTF-8", "/events?channel=a%FFb" },
        { "invalid UTF-8 in the path", "/events/a%FFb" },
        { "a control character in the path", "/events/a%0Ab" },
        { "101 channels", "/events?" + string.Join('&', Enumerable.Range(0, 101).Select(i => $"channel=c{i}")) },
    };

    [Theory]
    [Trait("Parity", "167")]
    [MemberData(nameof(BadRequests))]
    public async Task Get_BadChannels_Is400WithTheReason(string fault, string target)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.GetAsync(target, "Accept: text/event-stream");

        Assert.True(connection.Status == 400, $"{fault}: {connection.StatusLine}");
        Assert.NotEqual("", (await connection.ReadToEndAsync()).Trim());
    }

    [Fact]
    public async Task Get_OneBadNameOfTwo_SubscribesNothing()
    {
        var good = FrontendFixture.Unique();
        await using var refused = await SseClient.OpenAsync(fixture.Fabric.Events(good, "bad\nname"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(0, await fixture.Publisher.PublishAsync(good, "nobody"));
    }

    [Fact]
    public async Task Get_LongestName_IsServed()
    {
        var name = FrontendFixture.Unique() + string.Concat(Enumerable.Repeat("é", 110));
        name += new string('x', 255 - System.Text.Encoding.UTF8.GetByteCount(name));
        await using var subscriber = await fixture.JoinAsync(name);

        await fixture.PublishAsync(name, "x");

        Assert.Equal("x", (await subscriber.NextAsync()).Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("text/*")]
    [InlineData("text/event-stream")]
    [InlineData("Text/Event-Stream;q=0.5")]
    [InlineData("text/html, text/event-stream;q=0.1")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8")]
    public async Task Get_AcceptThatTakesIt_Streams(string? accept)
    {
        await using var client = await SseClient.OpenAsync(fixture.Fabric.Events(FrontendFixture.Unique()), new SseRequest { Accept = accept });

        Assert.Equal(HttpStatusCode.OK, client.Status);
        Assert.Equal("text/event-stream", client.Header("Content-Type"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html, image/*")]
    [InlineData("text/event-stream;q=0")]
    [InlineData("text/event-stream;q=0, */*")]
    [InlineData("text/event-stream;q=0.0, text/*;q=1")]
    public async Task Get_AcceptThatExcludesIt_Is406(string accept)
    {
        await using var client = await SseClient.OpenAsync(fixture.Fabric.Events(FrontendFixture.Unique()), new SseRequest { Accept = accept });

        Assert.Equal(HttpStatusCode.NotAcceptable, client.Status);
        await client.Ended.Within("the end of the refusal");
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task OtherMethod_OnTheStream_Is405WithAllow(string method)
    {
        await using var client = await SseClient.OpenAsync(fixture.Fabric.Events(FrontendFixture.Unique()), new SseRequest { Method = new HttpMethod(method) });

        Assert.Equal(HttpStatusCode.MethodNotAllowed, client.Status);
        var allowed = client.Header("Allow")?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        Assert.Contains("GET", allowed);
        Assert.Contains("HEAD", allowed);
    }

    [Fact]
    public async Task Get_Malformed_IsRefusedAndTheServerLives()
    {
        foreach (var wire in new[] { "GET /events?channel=%ZZ HTTP/1.1\r\nHost: x\r\n\r\n", "GARBAGE\r\n\r\n", "GET /events?channel=a HTTP/1.1\r\n\r\n" })
        {
            await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
            await connection.SendAsync(wire);
            await connection.ReadHeadAsync();
            Assert.InRange(connection.Status, 200, 499);
        }

        await using var after = await fixture.JoinAsync(FrontendFixture.Unique());
        Assert.Equal(HttpStatusCode.OK, after.Status);
    }
}
