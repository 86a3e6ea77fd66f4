using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SseFabric.Client;
using SseFabric.Client.Http;
using SseFabric.Contracts;

namespace SseFabric.Unit.Client;

/// <summary>What is sent, and what follows from each answer; against a stub, as no real server fails on demand.</summary>
public sealed class HttpChannelPublisherTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(7);
    private static readonly RequestDelegate s_accepted = StubServer.Status(200, """{"id":"5-1","subscribers":3}""");
    private readonly SkippedTime _time = new(never: s_timeout);

    [Fact]
    public async Task Publish_OnePlainEvent_SendsItsDataAsTheBody()
    {
        await using var server = await StubServer.StartAsync(s_accepted);

        var answer = await PublishAsync(server, new NewEvent("pri ce&é", new byte[] { 0, 255, 13, 10 }));

        Assert.Equal(PublishAnswer.Accepted("5-1", 3), answer);
        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/channels/a%2Fb%20c/events?event=pri%20ce%26%C3%A9"), (request.Method, request.Target));
        Assert.Equal("application/octet-stream", request.Header("Content-Type"));
        Assert.Equal([0, 255, 13, 10], request.Body);
        Assert.Null(request.Header("Authorization"));
    }

    [Fact]
    public async Task Publish_Batch_SendsOneObjectALine()
    {
        await using var server = await StubServer.StartAsync(s_accepted);

        await PublishAsync(server, Event("a\nb"), new NewEvent("t", new byte[] { 255 }) { Retry = TimeSpan.FromSeconds(2) }, Event("{\"x\":1}"));

        var request = Assert.Single(server.Requests);
        Assert.Equal("/channels/a%2Fb%20c/events", request.Target);
        Assert.Equal("application/x-ndjson", request.Header("Content-Type"));
        Assert.Equal("{\"data\":\"a\\nb\"}\n{\"event\":\"t\",\"dataBase64\":\"/w==\",\"retry\":2000}\n{\"data\":\"{\\u0022x\\u0022:1}\"}\n", request.Text);
    }

    [Fact]
    public async Task Publish_OneEventWithARetry_SendsALine()
    {
        await using var server = await StubServer.StartAsync(s_accepted);

        await PublishAsync(server, Event("a") with { Retry = TimeSpan.FromMilliseconds(5) });

        Assert.Equal("{\"data\":\"a\",\"retry\":5}\n", Assert.Single(server.Requests).Text);
    }

    [Fact]
    public async Task Publish_WithAKey_SendsItAsBearer()
    {
        await using var server = await StubServer.StartAsync(s_accepted);

        await PublishAsync(server, new HttpPublisherOptions { Key = "secret" }, null, Event("a"));

        Assert.Equal("Bearer secret", Assert.Single(server.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task Publish_AddressWithAPath_KeepsIt()
    {
        await using var server = await StubServer.StartAsync(s_accepted);

        await PublishAsync(server, new HttpPublisherOptions { Address = new Uri(server.Address, "/sse/") }, null, Event("a"));

        Assert.Equal("/sse/channels/a%2Fb%20c/events", Assert.Single(server.Requests).Target);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(0)]
    public async Task Publish_PassingFailure_IsTriedAgainUnderTheSameKey(int status)
    {
        await using var server = await StubServer.StartAsync(status == 0 ? StubServer.Abort : StubServer.Status(status), s_accepted);

        var answer = await PublishAsync(server, Event("a"));

        Assert.Equal(PublishAnswer.Accepted("5-1", 3), answer);
        var keys = server.Requests.Select(request => request.Header("Idempotency-Key")).ToArray();
        Assert.Equal(2, keys.Length);
        Assert.NotNull(keys[0]);
        Assert.Equal(keys[0], keys[1]);
        Assert.All(server.Requests, request => Assert.Equal("a", request.Text));
    }

    [Fact]
    public async Task Publish_Twice_UsesAKeyEach()
    {
        await using var server = await StubServer.StartAsync(s_accepted);

        await PublishAsync(server, Event("a"));
        await PublishAsync(server, Event("a"));

        Assert.NotEqual(server.Requests[0].Header("Idempotency-Key"), server.Requests[1].Header("Idempotency-Key"));
    }

    [Fact]
    public async Task Publish_CallersKey_IsSent()
    {
        await using var server = await StubServer.StartAsync(s_accepted);

        await PublishAsync(server, new HttpPublisherOptions(), "order-17", Event("a"));

        Assert.Equal("order-17", Assert.Single(server.Requests).Header("Idempotency-Key"));
    }

    [Fact]
    public async Task Publish_OneAttempt_SendsNoKeyAndIsNotTriedAgain()
    {
        await using var server = await StubServer.StartAsync(StubServer.Status(503), s_accepted);

        var answer = await PublishAsync(server, new HttpPublisherOptions { Attempts = 1 }, null, Event("a"));

        Assert.Equal(PublishOutcome.Unavailable, answer.Outcome);
        Assert.Null(Assert.Single(server.Requests).Header("Idempotency-Key"));
    }

    [Fact]
    public async Task Publish_FailsForEver_EndsAfterTheAttemptsWithGrowingJitteredWaits()
    {
        await using var server = await StubServer.StartAsync(StubServer.Status(503, """{"detail":"The owner is away."}""", retryAfter: "0"));
        var options = new HttpPublisherOptions { Attempts = 5, RetryDelay = TimeSpan.FromSeconds(1), MaxRetryDelay = TimeSpan.FromSeconds(5) };

        var answer = await PublishAsync(server, options, null, Event("a"));

        Assert.Equal(PublishAnswer.Refused(PublishOutcome.Unavailable, "The owner is away.", TimeSpan.Zero), answer);
        Assert.Equal(5, server.Requests.Count);
        Assert.Equal(4, _time.Waits.Count);
        AssertWithin(_time.Waits[0], 1, 1.5);
        AssertWithin(_time.Waits[1], 2, 3);
        AssertWithin(_time.Waits[2], 4, 5);
        Assert.Equal(TimeSpan.FromSeconds(5), _time.Waits[3]);
    }

    [Fact]
    public async Task Publish_RetryAfter_IsWaitedFor()
    {
        await using var server = await StubServer.StartAsync(StubServer.Status(429, retryAfter: "3"), s_accepted);

        await PublishAsync(server, Event("a"));

        Assert.Equal([TimeSpan.FromSeconds(3)], _time.Waits);
    }

    [Fact]
    public async Task Publish_RetryAfterTooLong_IsTheCallersToWait()
    {
        await using var server = await StubServer.StartAsync(StubServer.Status(429, retryAfter: "60"), s_accepted);

        var answer = await PublishAsync(server, Event("a"));

        Assert.Equal((PublishOutcome.Overloaded, TimeSpan.FromSeconds(60)), (answer.Outcome, answer.RetryAfter));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Publish_OverloadedAfterALostTry_IsUncertain()
    {
        await using var server = await StubServer.StartAsync(StubServer.Abort, StubServer.Status(429));

        var answer = await PublishAsync(server, Event("a"));

        Assert.Equal(PublishOutcome.Unavailable, answer.Outcome);
    }

    [Theory]
    [InlineData(400, PublishOutcome.BadFormat)]
    [InlineData(401, PublishOutcome.Unauthorized)]
    [InlineData(403, PublishOutcome.Unauthorized)]
    [InlineData(413, PublishOutcome.TooLarge)]
    public async Task Publish_Refusal_IsFinalAndTellsTheServersReason(int status, PublishOutcome outcome)
    {
        await using var server = await StubServer.StartAsync(StubServer.Status(status, """{"type":"x","detail":"Because of it."}"""));

        var answer = await PublishAsync(server, Event("a"));

        Assert.Equal(PublishAnswer.Refused(outcome, "Because of it."), answer);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Publish_RefusalOfSomethingInBetween_IsShown()
    {
        await using var server = await StubServer.StartAsync(StubServer.Status(413, "<html>Entity too large</html>"));

        Assert.Contains("413: <html>Entity too large", (await PublishAsync(server, Event("a"))).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "nothing here")]
    [InlineData(302, "")]
    [InlineData(200, "<html>hello</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, "[]")]
    public async Task Publish_NoFrontendAnswersLikeThat_Throws(int status, string body)
    {
        await using var server = await StubServer.StartAsync(StubServer.Status(status, body));

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(async () => await PublishAsync(server, Event("a")));

        Assert.Contains($"/channels/a%2Fb%20c/events was not answered by a frontend that takes events there: {status}", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Publish_ChannelThatNoPathCarries_IsRefused(string channel)
    {
        await using var server = await StubServer.StartAsync(s_accepted);
        using var publisher = new HttpChannelPublisher(new HttpPublisherOptions { Address = server.Address });

        var answer = await publisher.PublishTextAsync(channel, "x", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(PublishOutcome.BadFormat, answer.Outcome);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Publish_Replayed_IsARepeat()
    {
        await using var server = await StubServer.StartAsync(async context =>
        {
            context.Response.Headers["Idempotent-Replayed"] = "true";
            await s_accepted(context);
        });

        Assert.True((await PublishAsync(server, Event("a"))).IsRepeat);
    }

    [Fact]
    public async Task Publish_NoResponse_IsUnavailableAfterTheTimeout()
    {
        await using var server = await StubServer.StartAsync(StubServer.UntilAborted);
        using var publisher = new HttpChannelPublisher(new HttpPublisherOptions { Address = server.Address, Attempts = 2, Timeout = TimeSpan.FromSeconds(1), RetryDelay = TimeSpan.Zero });

        var answer = await publisher.PublishTextAsync("a", "b", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(PublishOutcome.Unavailable, answer.Outcome);
        Assert.Contains("did not answer within 00:00:01", answer.Detail, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public void Create_BadOptions_TellsEveryFault()
    {
        var options = new HttpPublisherOptions
        {
            Address = new Uri("ftp://x"),
            Key = "two words",
            Attempts = 0,
            Timeout = TimeSpan.Zero,
            RetryDelay = TimeSpan.FromSeconds(6),
        };

        var thrown = Assert.Throws<OptionsValidationException>(() => new HttpChannelPublisher(options));

        Assert.Equal(
            ["Address is 'ftp://x/'", "Key is empty", "Attempts is 0", "Timeout is 00:00:00", "RetryDelay is 00:00:06"],
            thrown.Failures.Zip(["Address is 'ftp://x/'", "Key is empty", "Attempts is 0", "Timeout is 00:00:00", "RetryDelay is 00:00:06"], (fault, begin) => fault[..begin.Length]));
        Assert.DoesNotContain("two words", thrown.Message, StringComparison.Ordinal);
    }

    private static NewEvent Event(string text) => new(Encoding.UTF8.GetBytes(text));

    private static void AssertWithin(TimeSpan wait, double least, double most) => Assert.InRange(wait.TotalSeconds, least, most);

    private Task<PublishAnswer> PublishAsync(StubServer server, params NewEvent[] events) => PublishAsync(server, new HttpPublisherOptions(), null, events);

    private async Task<PublishAnswer> PublishAsync(StubServer server, HttpPublisherOptions options, string? key, params NewEvent[] events)
    {
        options.Timeout = s_timeout;
        if (options.Address!.Port == 8080)
        {
            options.Address = server.Address;
        }

        using var publisher = new HttpChannelPublisher(options, _time);
        return await publisher.PublishAsync(ChannelName.Parse("a/b c"), events, key, TestContext.Current.CancellationToken);
    }
}
