using SseFabric.EndToEnd.Authorization;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>Tabs whose channels the server doesn't give to one request.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "chromium")]
public sealed class ChannelLimitTests
{
    private static readonly string[] s_opened = ["open"];

    [Theory]
    [InlineData("worker")]
    [InlineData("locks")]
    public async Task Tabs_WithMoreChannelsTogetherThanARequestMayName_ShareAConnectionMore(string share)
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync("--Fabric:Stream:MaxChannels=3");
        var way = new { share = new[] { share } };
        ClientTab[] tabs =
        [
            await run.OpenAsync(fabric, ["a", "b"], way),
            await run.OpenAsync(fabric, ["c", "d"], way),
            await run.OpenAsync(fabric, ["a", "e"], way),
            await run.OpenAsync(fabric, ["c", "f"], way),
        ];
        await SeeConnectionsAsync(fabric, 2);
        await using var numbers = await NumberPublisher.StartAsync(fabric, "a");
        await using var others = await NumberPublisher.StartAsync(fabric, "c");
        await tabs[2].SeeAsync(seen => seen.Length > 20);
        await tabs[3].SeeAsync(seen => seen.Length > 20);
        var (last, lastOfOthers) = (await numbers.StopAsync(), await others.StopAsync());

        foreach (var (tab, i) in tabs.Select((tab, i) => (tab, i)))
        {
            await tab.AssertNumbersAsync(i % 2 == 0 ? "a" : "c", i % 2 == 0 ? last : lastOfOthers);
            Assert.Equal(s_opened, await tab.ToldAsync());
        }
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("locks")]
    public async Task TabThatGrowsBeyondTheLimit_TakesItsOwnConnectionAndMissesNothing(string share)
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync("--Fabric:Stream:MaxChannels=3");
        var way = new { share = new[] { share } };
        var grows = await run.OpenAsync(fabric, ["a"], way);
        var stays = await run.OpenAsync(fabric, ["a", "b"], way);
        await using var numbers = await NumberPublisher.StartAsync(fabric, "a");
        await stays.SeeAsync(seen => seen.Length > 20);
        await grows.SubscribeAsync(fabric.Address, ["c", "d"]);
        await SeeConnectionsAsync(fabric, 2);
        await grows.SeeToldAsync(told => told.Length == 2);
        var reached = numbers.Last;
        await stays.SeeAsync(seen => seen.Length > reached + 20);
        await grows.SeeAsync(seen => seen.Length > reached + 20);
        var last = await numbers.StopAsync();

        await stays.AssertNumbersAsync("a", last);
        await grows.AssertNumbersAsync("a", last);
        Assert.Equal(s_opened, await stays.ToldAsync());
        Assert.Equal(["open", "open"], await grows.ToldAsync());
    }

    [Theory]
    [InlineData("worker", true)]
    [InlineData("worker", false)]
    [InlineData("locks", true)]
    [InlineData("locks", false)]
    public async Task TabThatAsksForTooManyByItself_IsToldSoAlone(string share, bool first)
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync("--Fabric:Stream:MaxChannels=3");
        var way = new { share = new[] { share } };
        ClientTab? good = null;
        if (!first)
        {
            good = await run.OpenAsync(fabric, ["a"], way);
        }

        var bad = await run.SubscribeAsync(fabric, ["1", "2", "3", "4"], way);
        await bad.SeeToldAsync(told => told.Contains("error 400"));
        good ??= await run.OpenAsync(fabric, ["a"], way);
        using var http = new HttpPublisher(fabric.Address);
        await http.PublishAsync("a", "1");

        await good.AssertNumbersAsync("a", 1);
        Assert.Equal(s_opened, await good.ToldAsync());
        Assert.DoesNotContain("open", await bad.ToldAsync());
    }

    [Fact]
    public async Task TabWithAChannelThatItsTokenForbids_IsTheOnlyOneThatStaysAway()
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync($"--Fabric:Auth:Jwt:Secret={TestToken.Secret}", "--Fabric:Auth:Jwt:Algorithms:0=HS256");
        var options = new { token = $"{TestToken.For("a", "b")}" };
        var good = await run.OpenAsync(fabric, ["a"], options);
        var bad = await run.SubscribeAsync(fabric, ["b", "secret"], options);
        await bad.SeeToldAsync(told => told.Count(line => line == "error 403") >= 3);
        await good.SeeToldAsync(told => told is ["open", .., "open"]);
        var another = await run.OpenAsync(fabric, ["b"], options);
        using var http = new HttpPublisher(fabric.Address) { Bearer = options.token };
        await SeeConnectionsAsync(fabric, 1);

        Assert.Equal(["open", "error 403", "open"], await good.ToldAsync());
        Assert.Equal(s_opened, await another.ToldAsync());
        Assert.DoesNotContain("open", await bad.ToldAsync());
    }

    private static async Task SeeConnectionsAsync(SseFabricProcess fabric, int count)
    {
        using var http = new HttpPublisher(fabric.Address);
        await Eventually.SeeAsync(
            $"{count} connections",
            async () => (await http.SendAsync(HttpMethod.Get, "/stats", null, null)).Json.GetProperty("connected").GetInt32(),
            connections => connections == count);
    }
}
