using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Sources;

[Collection(nameof(Alone))]
public class RedisSourceTests
{
    [Fact]
    public async Task Message_Published_IsHeardUntilUnsubscribed()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await using var source = new SourceUnderTest(server.Configuration);
        var observer = await source.SubscribeAsync("a");
        Assert.Equal(1, await client.NumSubAsync("a"));
        Assert.Equal(1, await client.PublishAsync("a", "1\r\n\0\u00e4"));
        await source.HearAsync("a subscribed", "a: 1\r\n\0\u00e4");

        source.Source.Unsubscribe(ChannelName.Parse("a"), observer);
        await Eventually.SeeAsync("nobody on the channel", () => client.NumSubAsync("a"), count => count == 0);
        await source.SubscribeAsync("a");
        await source.HearAsync("a subscribed", "a: 1\r\n\0\u00e4", "a subscribed");
    }

    [Fact]
    public async Task Channels_ShareOneConnection_AndAreSubscribedAgainInFewCommands()
    {
        const int channels = 5000;
        await using var server = await RedisServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await using var source = new SourceUnderTest(server.Configuration);
        await Task.WhenAll(Enumerable.Range(0, channels).Select(i => source.SubscribeAsync($"c{i}")));
        Assert.Single(await client.PubSubClientsAsync());
        Assert.Equal(channels, (await client.ChannelsAsync()).Count);
        Assert.Equal(1, await client.NumSubAsync("c4999"));

        await client.ExecuteAsync("CONFIG", "RESETSTAT");
        await client.KillPubSubClientsAsync();
        await Eventually.SeeAsync("subscriptions by a new connection", SubscribeCallsAsync, calls => calls > 0);
        await Eventually.SeeAsync("every channel to be subscribed again", async () => (await client.ChannelsAsync()).Count, count => count == channels);
        var calls = await SubscribeCallsAsync();

        Assert.Single(await client.PubSubClientsAsync());
        Assert.InRange(calls, 1, channels / 10);

        async Task<int> SubscribeCallsAsync()
        {
            var stats = (await client.ExecuteAsync("INFO", "commandstats")).Text.Split("cmdstat_subscribe:calls=");
            return stats.Length == 1 ? 0 : int.Parse(stats[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task Connection_Killed_IsToldAndMadeAgain()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await using var source = new SourceUnderTest(server.Configuration);
        await source.SubscribeAsync("a");
        await client.KillPubSubClientsAsync();
        await source.HearAsync("a subscribed", "a lost", "a subscribed");
        Assert.Equal(1, await client.PublishAsync("a", "1"));

        await source.HearAsync("a subscribed", "a lost", "a subscribed", "a: 1");
    }

    [Fact]
    public async Task Server_AwayAndBack_IsSubscribedWithinASecond()
    {
        const int channels = 3000;
        await using var server = await RedisServer.StartAsync();
        await using var source = new SourceUnderTest(server.Configuration);
        await Task.WhenAll(Enumerable.Range(0, channels).Select(i => source.SubscribeAsync($"c{i}")));
        await server.KillAsync();
        await Eventually.SeeAsync("the loss at every channel", () => source.Heard.Length, count => count == 2 * channels);
        Assert.False(await source.TrySubscribeAsync("another"));
        await source.Log.WaitForAsync("ConnectionLost");

        await server.RestartAsync();
        var back = TimeProvider.System.GetTimestamp();
        await Eventually.SeeAsync("every channel again", () => source.Heard.Length, count => count == 3 * channels);

        Assert.InRange(TimeProvider.System.GetElapsedTime(back), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(channels, source.Heard.Skip(channels).Take(channels).Distinct().Count(what => what.EndsWith("lost", StringComparison.Ordinal)));
        await using var client = await server.ConnectAsync();
        Assert.Equal(channels, (await client.ChannelsAsync()).Count);
        Assert.True(await source.TrySubscribeAsync("another"));
    }

    [Fact]
    public async Task Server_Silent_IsGivenUp()
    {
        await using var server = await RedisServer.StartAsync();
        await using var source = new SourceUnderTest(server.Configuration);
        await source.SubscribeAsync("a");
        server.Freeze();
        await Eventually.SeeAsync("the loss", () => source.Heard, heard => heard.Contains("a lost"), TimeSpan.FromSeconds(30));
        server.Thaw();

        await source.HearAsync("a subscribed", "a lost", "a subscribed");
    }

    [Fact]
    public async Task Message_OverTheLimit_IsReadPast()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await using var source = new SourceUnderTest(server.Configuration, null, new ChannelRule { Match = "small", MaxEventBytes = 1000 });
        await source.SubscribeAsync("small");
        await source.SubscribeAsync("large");
        var before = GC.GetTotalAllocatedBytes();
        const int size = 20 << 20;
        await client.PublishAsync("small", new byte[size]);
        await client.PublishAsync("small", "fits");
        await source.HearAsync("small subscribed", "large subscribed", $"small oversized {size}", "small: fits");

        // The publisher's own copies are all that was allocated.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 5L * size);
        var most = new string('x', 8 << 20);
        await client.PublishAsync("large", most);
        await Eventually.SeeAsync("the large one", () => source.Heard[^1] == $"large: {most}", seen => seen);
    }

    [Fact]
    public async Task User_WithAPassword_IsLoggedIn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.ExecuteAsync("CONFIG", "SET", "requirepass", "s3cret");
        await client.ExecuteAsync("ACL", "SETUSER", "me", "on", ">mine", "+@all", "resetchannels", "&a*");
        await using var source = new SourceUnderTest($"{server.Configuration},user=me,password=mine");
        await using var plain = new SourceUnderTest($"{server.Configuration},password=s3cret");
        await using var wrong = new SourceUnderTest($"{server.Configuration},user=me,password=wr0ng");
        await using var none = new SourceUnderTest(server.Configuration);

        Assert.True(await source.TrySubscribeAsync("a1"));
        Assert.True(await plain.TrySubscribeAsync("b1"));
        Assert.False(await wrong.TrySubscribeAsync("a1"));
        Assert.False(await none.TrySubscribeAsync("a1"));
        Assert.Contains("WRONGPASS", (await wrong.Log.WaitForAsync("Unreachable")).Text, StringComparison.Ordinal);
        Assert.Contains("NOAUTH", (await none.Log.WaitForAsync("Unreachable")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong.Log.Records, record => record.Text.Contains("wr0ng", StringComparison.Ordinal));

        // One channel that is forbidden beside others that are not.
        var allowed = Enumerable.Range(2, 50).Select(i => source.TrySubscribeAsync($"a{i}"));
        Assert.False(await source.TrySubscribeAsync("b1"));
        Assert.All(await Task.WhenAll(allowed), Assert.True);
        Assert.Contains("b1", (await source.Log.WaitForAsync("SubscriptionRefused")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_AreTriedInTurn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var source = new SourceUnderTest($"127.0.0.1:1,{server.Configuration}");

        Assert.True(await source.TrySubscribeAsync("a"));
    }

    [Fact]
    public async Task UnixSocket_IsAnAddress()
    {
        var path = Path.Combine(Path.GetTempPath(), $"ssefabric-{Guid.NewGuid():n}.sock");
        await using var server = await RedisServer.StartAsync("--unixsocket", path);
        await using var source = new SourceUnderTest($"!{path}");

        Assert.True(await source.TrySubscribeAsync("a"));
    }

    [Fact]
    public async Task Prefix_StandsBeforeEveryName()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await using var source = new SourceUnderTest($"{server.Configuration},channelPrefix=app:");
        await source.SubscribeAsync("a");
        Assert.Equal(1, await client.PublishAsync("app:a", "1"));

        await source.HearAsync("a subscribed", "a: 1");
    }

    [Fact]
    public async Task Sentinel_NamesTheServer()
    {
        await using var server = await RedisServer.StartAsync();
        var port = FreePort.Next();
        var file = Path.Combine(Path.GetTempPath(), $"ssefabric-sentinel-{Guid.NewGuid():n}.conf");
        await File.WriteAllTextAsync(
            file,
            $"port {port}\nbind 127.0.0.1\ndir {Path.GetTempPath()}\nsentinel monitor main 127.0.0.1 {server.EndPoint.Port} 1\n",
            TestContext.Current.CancellationToken);
        await using var sentinel = ServerProcess.Start(Need.Tool("redis-sentinel"), [file]);
        await sentinel.WaitForLineAsync("its start", line => line.Contains("+monitor", StringComparison.Ordinal));
        await using var source = new SourceUnderTest($"127.0.0.1:{port},serviceName=main");
        await using var unknown = new SourceUnderTest($"127.0.0.1:{port},serviceName=other");

        Assert.True(await source.TrySubscribeAsync("a"));
        Assert.False(await unknown.TrySubscribeAsync("a"));
        Assert.Contains("no master 'other'", (await unknown.Log.WaitForAsync("Unreachable")).Text, StringComparison.Ordinal);
        File.Delete(file);
    }
}
