using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Profiles;

/// <summary>One running program that stands in for cyclone-sse.</summary>
public sealed class CycloneFixture : FrontendFixture
{
    protected override string[] Arguments => ["--profile", "cyclone", .. base.Arguments];

    /// <summary>A stream of these channels, joined: its head and first bytes have been read.</summary>
    public async Task<RawHttpConnection> StreamAsync(string[] channels, params string[] headers)
    {
        var connection = await RawHttpConnection.ConnectAsync(Fabric.Address);
        await connection.GetAsync(Target(channels), headers);
        await connection.ReadBodyUntilAsync("the first bytes", body => body.Length >= 2);
        return connection;
    }

    /// <summary>The body of a whole poll.</summary>
    public async Task<string> PollAsync(string[] channels, params string[] headers)
    {
        await using var connection = await StreamAsync(channels, ["X-Requested-With: XMLHttpRequest", .. headers]);
        return await connection.ReadToEndAsync(TimeSpan.FromSeconds(45));
    }

    public static string Target(params string[] channels) => "/?" + string.Join('&', channels.Select(channel => $"channels={channel}"));

    public static Task<string> SeeAsync(RawHttpConnection stream, string data) =>
        stream.ReadBodyUntilAsync(data, body => body.Contains($"data: {data}\n\n", StringComparison.Ordinal));

    /// <summary>The ids in a body, in order.</summary>
    public static string[] IdsIn(string body) => [.. body.Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).Select(line => line[4..])];

    /// <summary>The data lines of a body, in order.</summary>
    public static string[] DataIn(string body) => [.. body.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])];
}
