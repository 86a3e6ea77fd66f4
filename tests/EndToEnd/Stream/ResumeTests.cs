using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using SseFabric.Contracts;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Stream;

/// <summary>Coming back with a last event id.</summary>
[Trait("Suite", "EndToEnd")]
public sealed partial class ResumeTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    public static TheoryData<string> HostileIds =>
    [
        "0", "-1", "42", "1-", "-", "--", "1-1-1", "0-0", "99999999999999999999-1", "9223372036854775807-9223372036854775807", "-9223372036854775808",
        "abc", "null", "undefined", "550e8400-e29b-41d4-a716-446655440000", "urn:uuid:550e8400-e29b-41d4-a716-446655440000", "a,b;c=d", "%00%0A", "!!!!", "====", "AAAA",
        "\"quoted\"", "../../etc/passwd", "é€😀", new string('A', 4000), new string('1', 4000), "1764000000000-3;1764000000000-4", "\t \t",
    ];

    [Fact]
    public async Task Resume_OneChannel_GetsExactlyWhatCameAfter()
    {
        var channel = FrontendFixture.Unique();
        string seen;
        await using (var first = await fixture.JoinAsync(channel))
        {
            await fixture.PublishAsync(channel, "1", "2", "3", "4", "5");
            seen = (await first.TakeAsync(3))[2].Id;
        }

        await fixture.PublishAsync(channel, "6");
        await using var second = await fixture.ResumeAsync(seen, channel);
        await fixture.PublishAsync(channel, "7");

        Assert.Equal(["4", "5", "6", "7"], (await second.TakeAsync(4)).Select(received => received.Text));
    }

    [Fact]
    public async Task Resume_IdOfOneChannel_IsItsCursor()
    {
        var channel = FrontendFixture.Unique();
        await using var client = await fixture.JoinAsync(channel);
        await fixture.PublishAsync(channel, "1", "2");

        var events = await client.TakeAsync(2);

        Assert.True(Cursor.TryParse(FirstId(client), out var joined), FirstId(client));
        Assert.True(Cursor.TryParse(events[0].Id, out var first) && first.Follows(joined), $"{events[0].Id} came after {joined}.");
        Assert.True(Cursor.TryParse(events[1].Id, out var second) && second.Follows(first), $"{events[1].Id} came after {first}.");
    }

    [Fact]
    public async Task Resume_CutBeforeTheFirstEvent_GetsItAllTheSame()
    {
        var channel = FrontendFixture.Unique();
        string joined;
        await using (var first = await fixture.JoinAsync(channel))
        {
            joined = FirstId(first);
        }

        await fixture.PublishAsync(channel, "1", "2");
        await using var second = await fixture.ResumeAsync(joined, channel);

        Assert.Equal(["1", "2"], (await second.TakeAsync(2)).Select(received => received.Text));
    }

    [Fact]
    public async Task Resume_ByQuery_GetsExactlyWhatCameAfter()
    {
        var (channel, ids) = await PublishedAsync(5);

        await using var client = await SseClient.JoinAsync(new Uri($"{fixture.Fabric.Events(channel)}&lastEventId={Uri.EscapeDataString(ids[2])}"));

        Assert.Equal(["4", "5"], (await client.TakeAsync(2)).Select(received => received.Text));
    }

    [Fact]
    public async Task Resume_ByHeaderAndQuery_TheHeaderWins()
    {
        var (channel, ids) = await PublishedAsync(5);

        await using var client = await SseClient.JoinAsync(
            new Uri($"{fixture.Fabric.Events(channel)}&lastEventId={Uri.EscapeDataString(ids[0])}"), new SseRequest { LastEventId = ids[3] });

        Assert.Equal("5", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Resume_FromTheHead_IsSimplyLive()
    {
        var (channel, ids) = await PublishedAsync(3);
        await using var client = await fixture.ResumeAsync(ids[^1], channel);

        await fixture.PublishAsync(channel, "live");

        Assert.Equal("live", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Connect_WithoutAnId_GetsNoHistory()
    {
        var (channel, _) = await PublishedAsync(3);
        await using var client = await fixture.JoinAsync(channel);

        await fixture.PublishAsync(channel, "live");

        Assert.Equal("live", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Connect_WithAnEmptyId_GetsNoHistory()
    {
        var (channel, _) = await PublishedAsync(3);
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.GetAsync($"/events?channel={channel}", "Last-Event-ID: ");
        await connection.ReadBodyUntilAsync("the first block", text => text.Contains("\n\n", StringComparison.Ordinal));

        await fixture.PublishAsync(channel, "live");

        var body = await connection.ReadBodyUntilAsync("the live event", text => text.Contains("data: live\n\n", StringComparison.Ordinal));
        Assert.Single(DataLine().Matches(body));
    }

    [Fact]
    public async Task Resume_AfterResume_IdsStayGood()
    {
        var (channel, ids) = await PublishedAsync(6);
        var position = ids[0];
        for (var i = 2; i <= 6; i++)
        {
            await using var client = await fixture.ResumeAsync(position, channel);
            var next = await client.NextAsync();
            Assert.Equal($"{i}", next.Text);
            position = next.Id;
        }
    }

    [Fact]
    public async Task Resume_SeveralChannels_EachContinuesWhereItStood()
    {
        var (a, b) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"));
        IReadOnlyList<SseEvent> seen;
        await using (var first = await fixture.JoinAsync(a, b))
        {
            await fixture.PublishAsync(a, "a1", "a2");
            await fixture.PublishAsync(b, "b1");
            await fixture.PublishAsync(a, "a3");
            await fixture.PublishAsync(b, "b2");
            seen = await first.TakeAsync(3);
        }

        // In another order, with a channel that the token doesn't mention.
        var added = FrontendFixture.Unique("added");
        await fixture.PublishAsync(added, "before it was asked for");
        await using var second = await fixture.ResumeAsync(seen[^1].Id, added, b, a);
        await fixture.PublishAsync(added, "live");

        var events = await second.TakeAsync(3);
        string[] published = ["a1", "a2", "a3", "b1", "b2"];
        Assert.Equal(published.Except(seen.Select(received => received.Text)), events.Take(2).Select(received => received.Text).Order());
        Assert.Equal("live", events[2].Text);
    }

    [Fact]
    public async Task Resume_FewerChannels_ContinuesThose()
    {
        var (a, b) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"));
        string seen;
        await using (var first = await fixture.JoinAsync(a, b))
        {
            await fixture.PublishAsync(a, "a1");
            await fixture.PublishAsync(b, "b1");
            seen = (await first.TakeAsync(2))[1].Id;
        }

        await fixture.PublishAsync(a, "a2");
        await fixture.PublishAsync(b, "b2");
        await using var second = await fixture.ResumeAsync(seen, b);
        Assert.Equal("b2", (await second.NextAsync()).Text);

        // And a token of one channel serves a list of several.
        var single = await SingleIdAsync(a, "a3");
        await fixture.PublishAsync(a, "a4");
        await using var third = await fixture.ResumeAsync(single, a, b);
        await fixture.PublishAsync(b, "b3");
        Assert.Equal(["a4", "b3"], (await third.TakeAsync(2)).Select(received => received.Text));
    }

    [Fact]
    public async Task Resume_IdOfTheOtherChannel_IsNotTakenForThisOne()
    {
        var (a, b) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"));
        string seen;
        await using (var first = await fixture.JoinAsync(a, FrontendFixture.Unique("x")))
        {
            await fixture.PublishAsync(a, "a1");
            seen = (await first.NextAsync()).Id;
        }

        await fixture.PublishAsync(b, "b1", "b2");
        await using var second = await fixture.ResumeAsync(seen, b, FrontendFixture.Unique("y"));
        await fixture.PublishAsync(b, "live");

        Assert.Equal("live", (await second.NextAsync()).Text);
    }

    [Fact]
    public async Task Resume_Trimmed_IsToldAsEvictedThenAllThatIsRetained()
    {
        var channel = FrontendFixture.Unique("short");
        string seen;
        await using (var first = await fixture.JoinAsync(channel))
        {
            await fixture.PublishAsync(channel, "1");
            seen = (await first.NextAsync()).Id;
        }

        await fixture.PublishAsync(channel, "2", "3", "4", "5", "6");
        await using var second = await fixture.ResumeAsync(seen, channel);
        await fixture.PublishAsync(channel, "7");

        AssertMissed(await second.NextAsync(), channel, "evicted");
        Assert.Equal(["4", "5", "6", "7"], (await second.TakeAsync(4)).Select(received => received.Text));
        AssertBlockAfterMissed(second.Raw);
    }

    [Fact]
    public async Task Resume_AtTheEdgeOfTheHistory_IsExact()
    {
        var channel = FrontendFixture.Unique("short");
        string seen;
        await using (var first = await fixture.JoinAsync(channel))
        {
            await fixture.PublishAsync(channel, "1", "2", "3");
            seen = (await first.TakeAsync(3))[2].Id;
        }

        await fixture.PublishAsync(channel, "4", "5", "6");
        await using var second = await fixture.ResumeAsync(seen, channel);

        Assert.Equal(["4", "5", "6"], (await second.TakeAsync(3)).Select(received => received.Text));
    }

    [Fact]
    public async Task Resume_CursorOfTheFuture_IsToldAsUnknownThenAllThatIsRetained()
    {
        var (channel, ids) = await PublishedAsync(3);
        Assert.True(Cursor.TryParse(ids[^1], out var last), ids[^1]);

        await using var client = await fixture.ResumeAsync($"{last with { Offset = last.Offset + 1000 }}", channel);

        AssertMissed(await client.NextAsync(), channel, "unknown");
        Assert.Equal(["1", "2", "3"], (await client.TakeAsync(3)).Select(received => received.Text));
        AssertBlockAfterMissed(client.Raw);
    }

    [Fact]
    public async Task Resume_EpochThatIsOver_IsToldAsEpochThenAllThatIsRetained()
    {
        var (channel, ids) = await PublishedAsync(3);
        Assert.True(Cursor.TryParse(ids[^1], out var last), ids[^1]);

        await using var client = await fixture.ResumeAsync($"{last.Epoch - 1000}-5", channel);

        AssertMissed(await client.NextAsync(), channel, "epoch");
        Assert.Equal(["1", "2", "3"], (await client.TakeAsync(3)).Select(received => received.Text));
    }

    [Fact]
    public async Task Resume_SeveralChannelsOneTrimmed_TellsThatOneAlone()
    {
        var (whole, trimmed) = (FrontendFixture.Unique("whole"), FrontendFixture.Unique("short"));
        string seen;
        await using (var first = await fixture.JoinAsync(whole, trimmed))
        {
            await fixture.PublishAsync(whole, "w1");
            await fixture.PublishAsync(trimmed, "t1");
            seen = (await first.TakeAsync(2))[1].Id;
        }

        await fixture.PublishAsync(whole, "w2", "w3", "w4", "w5", "w6");
        await fixture.PublishAsync(trimmed, "t2", "t3", "t4", "t5", "t6");
        await using var second = await fixture.ResumeAsync(seen, whole, trimmed);

        var events = await second.TakeAsync(9);
        AssertMissed(Assert.Single(events, received => received.Type == "missedevents"), trimmed, "evicted");
        Assert.Equal(["w2", "w3", "w4", "w5", "w6"], events.Select(received => received.Text).Where(text => text.StartsWith('w')));
        Assert.Equal(["t4", "t5", "t6"], events.Select(received => received.Text).Where(text => text.StartsWith('t')));
        var told = events.Select((received, at) => (received, at)).First(pair => pair.received.Type == "missedevents").at;
        Assert.True(told < events.Select((received, at) => (received, at)).First(pair => pair.received.Text == "t4").at, "It was told too late.");
    }

    [Theory]
    [MemberData(nameof(HostileIds))]
    public async Task Resume_HostileId_IsNeverAnError(string id)
    {
        var (a, b) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"));
        await fixture.PublishAsync(a, "retained");
        foreach (var channels in new[] { [a], new[] { a, b } })
        {
            await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
            await connection.GetAsync($"/events?{string.Join('&', channels.Select(name => $"channel={name}"))}", $"Last-Event-ID: {id}");
            Assert.True(connection.Status == 200, $"{connection.StatusLine} for {id}");
            await connection.ReadBodyUntilAsync("the first block", text => text.Contains("\n\n", StringComparison.Ordinal));

            var marker = Guid.NewGuid().ToString();
            await fixture.PublishAsync(a, marker);
            await connection.ReadBodyUntilAsync("a live event", text => text.Contains($"data: {marker}\n\n", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%FF%FE")]
    [InlineData("%00")]
    [InlineData("1-1&lastEventId=2-2")]
    public async Task Resume_HostileIdInTheQuery_IsNeverAnError(string id)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.GetAsync($"/events?channel={FrontendFixture.Unique()}&lastEventId={id}");

        Assert.Equal(200, connection.Status);
    }

    [Fact]
    public async Task Resume_TruncatedToken_IsNeverAnError()
    {
        string[] channels = [.. Enumerable.Range(0, 5).Select(i => FrontendFixture.Unique($"t{i}"))];
        await using var first = await fixture.JoinAsync(channels);
        await fixture.PublishAsync(channels[0], "1");
        var token = (await first.NextAsync()).Id;

        for (var length = 1; length < token.Length; length++)
        {
            await using var client = await SseClient.OpenAsync(fixture.Fabric.Events(channels), new SseRequest { LastEventId = token[..length] });
            Assert.True(client.Status == HttpStatusCode.OK, $"{client.Status} for {token[..length]}");
        }
    }

    [Fact]
    public async Task Id_OfTwentyChannels_IsUnder320Bytes()
    {
        string[] channels = [.. Enumerable.Range(0, 20).Select(i => FrontendFixture.Unique($"a long name, as some applications have them, {i}"))];
        await using var client = await fixture.JoinAsync(channels);
        foreach (var channel in channels)
        {
            await fixture.Publisher.PublishAllAsync(Enumerable.Range(0, 200).Select(i => (channel, new[] { (byte)'x' })));
        }

        var events = await client.TakeAsync(4000);

        var longest = events.Select(received => received.Id).Append(FirstId(client)).MaxBy(id => id.Length)!;
        Assert.True(longest.Length < 320, $"{longest.Length} bytes: {longest}");
        await using var again = await fixture.ResumeAsync(events[^4].Id, channels);
        Assert.Equal(3, (await again.TakeAsync(3)).Count);
        await fixture.PublishAsync(channels[7], "live");
        Assert.Equal("live", (await again.NextAsync()).Text);
    }

    /// <summary>Each history that arrived once woke a request once for each of the others still awaited: twenty channels took 2^19 looks.</summary>
    [Fact]
    public async Task Resume_HundredChannels_TakesNoLongerThanOthers()
    {
        string[] channels = [.. Enumerable.Range(0, 100).Select(i => FrontendFixture.Unique($"many{i}"))];
        string seen;
        await using (var first = await fixture.JoinAsync(channels))
        {
            await fixture.PublishAsync(channels[0], "seen");
            seen = (await first.NextAsync()).Id;
        }

        foreach (var channel in channels)
        {
            await fixture.PublishAsync(channel, channel);
        }

        await using var second = await fixture.ResumeAsync(seen, channels);

        Assert.Equal(channels.Order(), (await second.TakeAsync(100)).Select(received => received.Text).Order());
    }

    private static string FirstId(SseClient client) => FirstBlock().Match(client.Raw).Groups[1].Value;

    private static void AssertMissed(SseEvent received, string channel, string reason)
    {
        Assert.Equal("missedevents", received.Type);
        using var told = JsonDocument.Parse(received.Data);
        Assert.Equal(channel, told.RootElement.GetProperty("channel").GetString());
        Assert.Equal(reason, told.RootElement.GetProperty("reason").GetString());
        Assert.Equal(["channel", "reason"], told.RootElement.EnumerateObject().Select(member => member.Name).Order());
    }

    private static void AssertBlockAfterMissed(string raw) => Assert.Matches(@"event: missedevents\ndata: [^\n]+\n\nid: [^\n]+\nretry: \d+\n\n", raw);

    [GeneratedRegex(@"\Aid: ([^\n]+)\n")]
    private static partial Regex FirstBlock();

    [GeneratedRegex("^data:", RegexOptions.Multiline)]
    private static partial Regex DataLine();

    private async Task<(string Channel, List<string> Ids)> PublishedAsync(int count)
    {
        var channel = FrontendFixture.Unique();
        await using var client = await fixture.JoinAsync(channel);
        await fixture.PublishAsync(channel, [.. Enumerable.Range(1, count).Select(i => $"{i}")]);
        return (channel, [.. (await client.TakeAsync(count)).Select(received => received.Id)]);
    }

    private async Task<string> SingleIdAsync(string channel, string payload)
    {
        await using var client = await fixture.JoinAsync(channel);
        await fixture.PublishAsync(channel, payload);
        return (await client.NextAsync()).Id;
    }
}
