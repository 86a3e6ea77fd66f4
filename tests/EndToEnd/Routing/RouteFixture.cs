using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Routing;

/// <summary>One running program with routes of every kind that has channels.</summary>
public sealed class RouteFixture : FrontendFixture
{
    public const string Origin = "https://page.example";

    protected override string[] Arguments =>
    [
        .. base.Arguments, $"--Fabric:Stream:Cors:Origins:0={Origin}",
        .. Routes(
            ("^/whattimeisit", ["clock"]), (@"^/events/(\d+)$", ["channel_$1"]), (@"^/several/(\d+)$", ["several_$1", "global"]), ("^/list$", ["global", "${qs[x]}"]),
            ("^/ev/(.*)$", ["ch_$1"]), ("^/segment/([^/]+)$", ["segment_$1"]), ("^/any/(.*)$", ["$1"]), ("^/long/(.*)$", ["long-$1"]),
            ("^/qs$", ["v_${qs[name]}"]), ("^/cookie$", ["v_${cookie[name]}"]), ("^/header$", ["v_${header[X-Name]}"]), ("^/host$", ["v_${host}"]), ("^/path/", ["v_${path}"]),
            ("^/bare$", ["${qs[name]}${cookie[name]}${header[X-Name]}"])),
    ];

    public static IEnumerable<string> Routes(params (string Path, string[] Channels)[] routes) => routes.SelectMany((route, i) =>
        route.Channels.Select((channel, c) => $"--Fabric:Routes:{i}:Channels:{c}={channel}").Prepend($"--Fabric:Routes:{i}:Path={route.Path}"));

    public Uri At(string target) => new(Fabric.Address, target);

    /// <summary>A request for a target as it stands, without a client that tidies it up.</summary>
    public async Task<RawHttpConnection> GetAsync(string target, params string[] headers)
    {
        var connection = await RawHttpConnection.ConnectAsync(Fabric.Address);
        await connection.GetAsync(target, headers);
        return connection;
    }

    /// <summary>Whether the stream is one of this channel: what is published there comes.</summary>
    public async Task AssertIsOnAsync(RawHttpConnection connection, string channel)
    {
        Assert.True(connection.Status == 200, $"{connection.StatusLine} {connection.Body}");
        await connection.ReadBodyUntilAsync("the first block", body => body.Contains("\n\n", StringComparison.Ordinal));
        var payload = Unique("payload");
        Assert.Equal(1, await Publisher.PublishAsync(channel, payload));
        await connection.ReadBodyUntilAsync($"an event of {channel}", body => body.Contains($"data: {payload}\n\n", StringComparison.Ordinal));
    }
}
