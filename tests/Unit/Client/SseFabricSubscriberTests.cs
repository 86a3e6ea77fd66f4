using Microsoft.Extensions.Options;
using SseFabric.Client.Subscribing;
using SseFabric.Contracts;

namespace SseFabric.Unit.Client;

/// <summary>What follows from each thing that a server may do; against a stub, as no real server does all of it on demand.</summary>
public sealed class SseFabricSubscriberTests
{
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(45);
    private readonly SkippedTime _time = new(never: s_silence);

    [Fact]
    public async Task Subscribe_NamesItsChannelsAndAsksForAnEventStream()
    {
        await using var server = await StubServer.StartAsync(StubServer.Stream("data: x\n\n"));

        await TakeAsync(server, 1, channels: ["a b&c", "é"]);

        var request = server.Requests[0];
        Assert.Equal("/events?channel=a%20b%26c&channel=%C3%A9", request.Target);
        Assert.Equal("text/event-stream", request.Header("Accept"));
        Assert.Null(request.Header("Last-Event-ID"));
    }

    [Fact]
    public async Task Subscribe_EventsAndGaps_ComeInOrder()
    {
        await using var server = await StubServer.StartAsync(StubServer.Stream(
            """
            id: 1-0
            retry: 10

            id: 1-1
            data: one
            data: two

            event: missedevents
            data: {"channel":"c","reason":"evicted"}

            id: 1-7
            retry: 10

            event: price
            data: 42

            event: missedevents
            data: what?


            """));

        var items = await TakeAsync(server, 4);

        Assert.Equal(
            [
                new StreamEvent("message", "one\ntwo", "1-1"),
                new StreamGap("c", "evicted", "1-1"),
                new StreamEvent("price", "42", "1-7"),
                new StreamGap("", "what?", "1-7"),
            ],
            items);
    }

    [Theory]
    [InlineData("id: 1-0\n\n", "1-0")]
    [InlineData("id: 1-0\r\n\r\n", "1-0")]
    [InlineData("id: 1-0\r\r", "1-0")]
    [InlineData("id:1-0\n\n: comment\n\n", "1-0")]
    [InlineData("id: 1-0\n\nid: 1-1\ndata: x\n\n", "1-1")]
    [InlineData("id: 1-0\n\nid: 1-1\ndata: x\n", "1-0")]
    [InlineData("id: 1-0\n\nid: 1-1\n", "1-0")]
    [InlineData("id: 1-0\n\nid: 1", "1-0")]
    [InlineData("id: 1-0\n\ndata: x\n\nid: 1-5\nretry: 7\n\ndata: cut", "1-5")]
    [InlineData("id: 1-0\n\nid: a\0b\n\n", "1-0")]
    [InlineData("id: 1-0\n\nidentity: 5\nidx: 6\ni: 7\n\n", "1-0")]
    [InlineData("id: é€😀\n\n", "é€😀")]
    [InlineData("id: 1-0\n\nid\n\n", null)]
    public async Task Subscribe_Cut_ResumesWithTheIdOfTheLastCompleteBlock(string body, string? expected)
    {
        await using var server = await StubServer.StartAsync(StubServer.Stream(body), StubServer.Stream("data: y\n\n"));

        await TakeAsync(server, until: item => item is StreamEvent { Data: "y" });

        Assert.Equal(expected, server.Requests[1].Header("Last-Event-ID"));
    }

    [Fact]
    public async Task Subscribe_FromAnId_SendsIt()
    {
        await using var server = await StubServer.StartAsync(StubServer.Stream("data: x\n\n"));

        var item = Assert.Single(await TakeAsync(server, 1, lastEventId: "1-3"));

        Assert.Equal("1-3", server.Requests[0].Header("Last-Event-ID"));
        Assert.Equal("1-3", item.LastEventId);
    }

    [Fact]
    public async Task Subscribe_Retry_IsWaitedForWithJitter()
    {
        await using var server = await StubServer.StartAsync(StubServer.Stream("retry: 4000\n\n"), StubServer.Stream("", cut: true), StubServer.Stream("data: x\n\n"));

        await TakeAsync(server, 1);

        Assert.Equal(2, _time.Waits.Count);
        Assert.All(_time.Waits, wait => Assert.InRange(wait.TotalSeconds, 4, 6));
        Assert.NotEqual(_time.Waits[0], _time.Waits[1]);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(408)]
    [InlineData(0)]
    public async Task Subscribe_PassingFailure_ComesBack(int status)
    {
        await using var server = await StubServer.StartAsync(
            StubServer.Stream("id: 1-1\ndata: a\n\n"),
            status == 0 ? StubServer.Abort : StubServer.Status(status, retryAfter: "20"),
            StubServer.Stream("data: b\n\n"));

        var items = await TakeAsync(server, 2);

        Assert.Equal(["a", "b"], items.Cast<StreamEvent>().Select(received => received.Data));
        Assert.Equal("1-1", server.Requests[2].Header("Last-Event-ID"));
        Assert.InRange(_time.Waits[1].TotalSeconds, status == 0 ? 3 : 20, status == 0 ? 4.5 : 30);
    }

    [Fact]
    public async Task Subscribe_BusyAnswer_ComesBackWhenItSays()
    {
        await using var server = await StubServer.StartAsync(
            async context =>
            {
                context.Response.Headers["X-SSE-Busy"] = "starting";
                await StubServer.Stream("retry: 1000\n: the channel's owner can't be reached yet\n\n")(context);
            },
            StubServer.Stream("data: x\n\n"));

        await TakeAsync(server, 1);

        Assert.InRange(Assert.Single(_time.Waits).TotalSeconds, 1, 1.5);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Subscribe_Refused_ThrowsWithStatusAndBody(int status)
    {
        await using var server = await StubServer.StartAsync(StubServer.Status(status, "Because of it."));

        var thrown = await Assert.ThrowsAsync<SubscriptionRefusedException>(() => TakeAsync(server, 1));

        Assert.Equal((status, "Because of it."), ((int)thrown.Status, thrown.Body));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Subscribe_NoEventStream_Throws()
    {
        await using var server = await StubServer.StartAsync(StubServer.Status(200, "<html>"));

        Assert.Equal("<html>", (await Assert.ThrowsAsync<SubscriptionRefusedException>(() => TakeAsync(server, 1))).Body);
    }

    [Fact]
    public async Task Subscribe_NoContent_Ends()
    {
        await using var server = await StubServer.StartAsync(StubServer.Stream("data: x\n\n"), StubServer.Status(204));

        Assert.Single(await TakeAsync(server, 2));
    }

    [Fact]
    public async Task Subscribe_Silence_IsGivenUp()
    {
        await using var server = await StubServer.StartAsync(StubServer.Silent("id: 1-1\ndata: a\n\n"), StubServer.Stream("data: b\n\n"));
        var options = new SubscriberOptions { Address = Events(server), HeartbeatTimeout = TimeSpan.FromSeconds(2), Retry = TimeSpan.Zero };

        var items = await TakeAsync(options, 2, time: null);

        Assert.Equal(["a", "b"], items.Cast<StreamEvent>().Select(received => received.Data));
        Assert.Equal("1-1", server.Requests[1].Header("Last-Event-ID"));
    }

    [Fact]
    public async Task Subscribe_NoResponse_IsGivenUp()
    {
        await using var server = await StubServer.StartAsync(StubServer.UntilAborted, StubServer.Stream("data: b\n\n"));
        var options = new SubscriberOptions { Address = Events(server), HeartbeatTimeout = TimeSpan.FromSeconds(2), Retry = TimeSpan.Zero };

        Assert.Single(await TakeAsync(options, 1, time: null));
    }

    [Theory]
    [InlineData("data: ", 1)]
    [InlineData("data: x\ndata: ", 1)]
    [InlineData("data: x\n", 300)]
    public async Task Subscribe_EventTooLarge_Throws(string begin, int repeats)
    {
        var body = string.Concat(Enumerable.Repeat(begin, repeats)) + new string('x', repeats == 1 ? 2000 : 0);
        await using var server = await StubServer.StartAsync(StubServer.Silent("id: 1-1\ndata: a\n\n" + body));
        var options = new SubscriberOptions { Address = Events(server), MaxEventBytes = 1024, HeartbeatTimeout = s_silence };

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => TakeAsync(options, 2, _time));

        Assert.Contains("more than 1024 bytes (MaxEventBytes)", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_ManySmallEventsAndHeartbeats_AreNoLargeOne()
    {
        var body = string.Concat(Enumerable.Repeat(":\n\ndata: x\n\n", 1000));
        await using var server = await StubServer.StartAsync(StubServer.Stream(body));
        var options = new SubscriberOptions { Address = Events(server), MaxEventBytes = 1024, HeartbeatTimeout = s_silence };

        Assert.Equal(1000, (await TakeAsync(options, 1000, _time)).Count);
    }

    [Fact]
    public async Task Subscribe_ConfigureRequest_IsAskedForEachRequest()
    {
        await using var server = await StubServer.StartAsync(StubServer.Stream(""), StubServer.Stream("data: x\n\n"));
        var asked = 0;
        var options = new SubscriberOptions
        {
            Address = Events(server),
            HeartbeatTimeout = s_silence,
            ConfigureRequest = request => request.Headers.Add("X-Asked", $"{++asked}"),
        };

        await TakeAsync(options, 1, _time);

        Assert.Equal(["1", "2"], server.Requests.Select(request => request.Header("X-Asked")));
    }

    [Fact]
    public async Task Subscribe_Cancelled_EndsTheRequestToo()
    {
        var aborted = new TaskCompletionSource();
        await using var server = await StubServer.StartAsync(async context =>
        {
            await StubServer.Silent("data: x\n\n")(context);
            aborted.SetResult();
        });
        using var subscriber = new SseFabricSubscriber(new SubscriberOptions { Address = Events(server) });
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in subscriber.SubscribeAsync([ChannelName.Parse("c")], null, cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });

        await aborted.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Subscribe_WhatOnlyABugBringsAbout_Throws()
    {
        using var subscriber = new SseFabricSubscriber();

        Assert.Throws<ArgumentException>(() => subscriber.SubscribeAsync([], null, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => subscriber.SubscribeAsync([ChannelName.Parse("c")], "a\nb", CancellationToken.None));
    }

    [Fact]
    public void Create_BadOptions_TellsEveryFault()
    {
        var options = new SubscriberOptions
        {
            Address = new Uri("/events", UriKind.Relative),
            Retry = TimeSpan.FromSeconds(-1),
            MaxRetry = TimeSpan.FromDays(1),
            HeartbeatTimeout = TimeSpan.Zero,
            MaxEventBytes = 1,
        };

        Assert.Equal(5, Assert.Throws<OptionsValidationException>(() => new SseFabricSubscriber(options)).Failures.Count());
    }

    private static Uri Events(StubServer server) => new(server.Address, "/events");

    private static async Task<List<StreamItem>> TakeAsync(
        SubscriberOptions options, int count, TimeProvider? time, string? lastEventId = null, string[]? channels = null, Func<StreamItem, bool>? until = null)
    {
        using var subscriber = new SseFabricSubscriber(options, time: time);
        var items = new List<StreamItem>();
        await foreach (var item in subscriber.SubscribeAsync(
            [.. (channels ?? ["c"]).Select(ChannelName.Parse)], lastEventId, TestContext.Current.CancellationToken))
        {
            items.Add(item);
            if (items.Count == count || until?.Invoke(item) == true)
            {
                break;
            }
        }

        return items;
    }

    private Task<List<StreamItem>> TakeAsync(
        StubServer server, int count = int.MaxValue, string? lastEventId = null, string[]? channels = null, Func<StreamItem, bool>? until = null) =>
        TakeAsync(new SubscriberOptions { Address = Events(server), HeartbeatTimeout = s_silence }, count, _time, lastEventId, channels, until);
}
