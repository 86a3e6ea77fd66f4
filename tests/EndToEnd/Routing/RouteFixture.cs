using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Routing;

/// <summary>The program with routes, on a Redis server that knows what is subscribed.</summary>
public class RouteFixture : IAsyncLifetime
{
    public const string Origin = "https://page.example";

    private readonly FixtureNeeds _needs = new();
    private RedisServer? _redis;
    private SseFabricProcess? _fabric;
    private RedisClient? _publisher;

    public SseFabricProcess Fabric => _needs.Of(_fabric);

    public RedisClient Publisher => _needs.Of(_publisher);

    /// <summary>Routes of every kind that has channels.</summary>
    protected virtual (string Path, string[] Channels)[] Routes =>
    [
        ("^/whattimeisit", ["clock"]), (@"^/events/(\d+)$", ["channel_$1"]), (@"^/several/(\d+)$", ["several_$1", "global"]), ("^/list$", ["global", "${qs[x]}"]),
        ("^/ev/(.*)$", ["ch_$1"]), ("^/segment/([^/]+)$", ["segment_$1"]), ("^/any/(.*)$", ["$1"]),
        ("^/qs$", ["v_${qs[name]}"]), ("^/cookie$", ["v_${cookie[name]}"]), ("^/header$", ["v_${header[X-Name]}"]), ("^/host$", ["v_${host}"]), ("^/path/", ["v_${path}"]),
        ("^/bare$", ["${qs[name]}${cookie[name]}${header[X-Name]}"]),
    ];

    public ValueTask InitializeAsync() => _needs.StartAsync(async () =>
    {
        _redis = await RedisServer.StartAsync();
        _fabric = await SseFabricProcess.StartAsync(["--redis", _redis.Configuration, $"--Fabric:Stream:Cors:Origins:0={Origin}", .. Arguments()]);
        _publisher = await _redis.ConnectAsync();
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { _publisher, _fabric, _redis })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        GC.SuppressFinalize(this);
    }

    public Uri At(string target) => new(Fabric.Address, target);

    /// <summary>Sends a GET for a target as it stands, without a client that tidies it up.</summary>
    public async Task<RawHttpConnection> GetAsync(string target, params string[] headers)
    {
        var connection = await RawHttpConnection.ConnectAsync(Fabric.Address);
        await connection.GetAsync(target, headers);
        return connection;
    }

    /// <summary>Publishes to a channel that the program has subscribed to.</summary>
    public async Task PublishAsync(string channel, params string[] payloads)
    {
        foreach (var payload in payloads)
        {
            Assert.Equal(1, await Publisher.PublishAsync(channel, payload));
        }
    }

    /// <summary>What the program has subscribed to so far. A channel stays for a minute after its last subscriber.</summary>
    public async Task<HashSet<string>> SubscribedAsync() => [.. (await Publisher.ExecuteAsync("PUBSUB", "CHANNELS")).Items!.Select(channel => channel.Text)];

    /// <summary>Whether a stream is of this channel: what is published there comes.</summary>
    public async Task AssertIsOnAsync(RawHttpConnection connection, string channel)
    {
        Assert.True(connection.Status == 200, connection.StatusLine);
        await connection.ReadBodyUntilAsync("the first block", body => body.Contains("\n\n", StringComparison.Ordinal));
        var payload = FrontendFixture.Unique("payload");
        await PublishAsync(channel, payload);
        await connection.ReadBodyUntilAsync($"an event of {channel}", body => body.Contains($"data: {payload}\n\n", StringComparison.Ordinal));
    }

    private IEnumerable<string> Arguments() => Routes.SelectMany((route, i) =>
        route.Channels.Select((channel, c) => $"--Fabric:Routes:{i}:Channels:{c}={channel}").Prepend($"--Fabric:Routes:{i}:Path={route.Path}"));
}
