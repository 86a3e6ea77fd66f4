namespace SseFabric.EndToEnd.Profiles;

/// <summary>Polls, and what a client gets that comes back with a cyclone-sse id.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class CycloneResumeTests(CycloneFixture fixture) : IClassFixture<CycloneFixture>
{
    private static readonly string[] s_second = ["2", "3"];
    private const string Id = "id: [0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\n";

    [Fact]
    [Trait("Parity", "122")]
    [Trait("Parity", "125")]
    public async Task Poll_FirstEvent_EndsWithIt()
    {
        // The best of three counts: nothing is waited for, whatever else this machine has to do.
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var channel = FrontendFixture.Unique();
            await using var poll = await fixture.StreamAsync([channel], "X-Requested-With: XMLHttpRequest");
            Assert.Equal((200, "text/event-stream", "*"), (poll.Status, poll.Header("Content-Type"), poll.Header("Access-Control-Allow-Origin")));
            await fixture.PublishAsync(channel, "one");
            var published = TimeProvider.System.GetTimestamp();

            Assert.Matches($"\\A\n\n{Id}data: one\n\n\\z", await poll.ReadToEndAsync());
            var took = TimeProvider.System.GetElapsedTime(published);
            best = took < best ? took : best;
        }

        Assert.InRange(best.TotalSeconds, 0, 0.9);
    }

    [Fact]
    [Trait("Parity", "124")]
    [Trait("Parity", "128")]
    public async Task Poll_EventsInTheGap_AllAtOnce()
    {
        var channel = FrontendFixture.Unique();
        var first = fixture.StreamAsync([channel], "X-Requested-With: XMLHttpRequest");
        string lastEventId;
        await using (var poll = await first)
        {
            await fixture.PublishAsync(channel, "1");
            lastEventId = CycloneFixture.IdsIn(await poll.ReadToEndAsync())[^1];
        }

        await fixture.PublishAsync(channel, "2", "3");

        Assert.Matches($"\\A\n\n{Id}data: 2\n\n{Id}data: 3\n\n\\z", await fixture.PollAsync([channel], $"Last-Event-ID: {lastEventId}"));
    }

    [Fact]
    [Trait("Parity", "126")]
    [Trait("Parity", "130")]
    public async Task Resume_KnownId_EverythingLaterOfBothChannelsThenLive()
    {
        var (a, b) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"));
        string[] ids;
        await fixture.PublishAsync(a, "before");
        await using (var stream = await fixture.StreamAsync([a, b]))
        {
            // One after the other has been seen: across channels nothing else says which comes first.
            await fixture.PublishAsync(a, "1");
            await CycloneFixture.SeeAsync(stream, "1");
            await fixture.PublishAsync(b, "2");
            await CycloneFixture.SeeAsync(stream, "2");
            await fixture.PublishAsync(a, "3");
            ids = CycloneFixture.IdsIn(await CycloneFixture.SeeAsync(stream, "3"));
        }

        var missed = Enumerable.Range(4, 60).Select(number => $"{number}").ToArray();
        foreach (var number in missed)
        {
            await fixture.PublishAsync(IsOfA(number) ? a : b, number);
        }

        foreach (var (last, from) in new[] { (ids[0], "2"), (ids[1], "3"), (ids[2], "4") })
        {
            await using var stream = await fixture.StreamAsync([b, a], $"Last-Event-ID: {last}");
            await CycloneFixture.SeeAsync(stream, missed[^1]);
            await fixture.PublishAsync(b, $"live after {from}");
            var data = CycloneFixture.DataIn(await CycloneFixture.SeeAsync(stream, $"live after {from}"));
            string[] expected = [.. s_second.Concat(missed).SkipWhile(number => number != from)];
            data = [.. data.Where(one => !one.StartsWith("live", StringComparison.Ordinal))];

            // Of two channels, what was accepted within one millisecond comes in either order.
            Assert.Equal(expected.Order(), data.Order());
            foreach (var isOfA in new[] { true, false })
            {
                Assert.Equal(expected.Where(one => IsOfA(one) == isOfA), data.Where(one => IsOfA(one) == isOfA));
            }
        }
    }

    [Theory]
    [Trait("Parity", "127")]
    [InlineData("0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("nonsense")]
    public async Task Resume_UnknownId_IsToldAndGetsWhatIsRetained(string id)
    {
        var (a, b) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"));
        await using var keeps = await fixture.StreamAsync([a, b]);
        await fixture.PublishAsync(a, "1", "2");
        await CycloneFixture.SeeAsync(keeps, "2");
        await using var stream = await fixture.StreamAsync([a, b], $"Last-Event-ID: {id}");
        await fixture.PublishAsync(b, "live");

        var body = await CycloneFixture.SeeAsync(stream, "live");
        Assert.Matches($"\\A\n\n{Missed(a)}{Id}data: 1\n\n{Id}data: 2\n\n{Missed(b)}{Id}data: live\n\n\\z", body);
    }

    [Fact]
    [Trait("Parity", "127")]
    public async Task Resume_ExpiredId_IsTold()
    {
        var channel = FrontendFixture.Unique("short");
        await using var keeps = await fixture.StreamAsync([channel]);
        await fixture.PublishAsync(channel, "1", "2", "3", "4", "5");
        var expired = CycloneFixture.IdsIn(await CycloneFixture.SeeAsync(keeps, "5"))[0];
        await using var stream = await fixture.StreamAsync([channel], $"Last-Event-ID: {expired}");

        Assert.Matches($"\\A\n\n{Id}event: missedevents\ndata: {{\"channel\":\"{channel}\",\"reason\":\"evicted\"}}\n\n{Id}data: 3\n\n", await CycloneFixture.SeeAsync(stream, "5"));
    }

    /// <summary>Nothing is retained: being told once is enough, or a poll would end at once again and again.</summary>
    [Fact]
    [Trait("Parity", "127")]
    public async Task Poll_UnknownIdAndNothingRetained_IsToldOnce()
    {
        string[] channels = [FrontendFixture.Unique("a"), FrontendFixture.Unique("b")];
        var told = await fixture.PollAsync(channels, "Last-Event-ID: nonsense");
        Assert.Equal(2, CycloneFixture.DataIn(told).Length);
        await using var next = await fixture.StreamAsync(channels, "X-Requested-With: XMLHttpRequest", $"Last-Event-ID: {CycloneFixture.IdsIn(told)[^1]}");
        await fixture.PublishAsync(channels[0], "x");

        Assert.Matches($"\\A\n\n{Id}data: x\n\n\\z", await next.ReadToEndAsync());
    }

    private static bool IsOfA(string number) => number is not "2" && (number.Length == 2 || number is "1" or "3");

    private static string Missed(string channel) => $"{Id}event: missedevents\ndata: {{\"channel\":\"{channel}\",\"reason\":\"unknown\"}}\n\n";
}
