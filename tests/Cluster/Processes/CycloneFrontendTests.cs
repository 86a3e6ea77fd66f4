using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.Cluster.Processes;

/// <summary>Cyclone's ids at another frontend, the first one having been killed.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class CycloneFrontendTests
{
    [Fact]
    [Trait("Parity", "22")]
    [Trait("Parity", "129")]
    public async Task Resume_FrontendKilled_TheOtherKnowsTheIdAndGivesTheRest()
    {
        await using var cluster = await ProcessCluster.StartAsync(2, 2, "--profile=cyclone");
        using var publisher = new HttpPublisher(cluster.Frontends[1].Address);
        await using var first = await StreamAsync(cluster.Frontends[0], "/?channels=a");
        await using var witness = await StreamAsync(cluster.Frontends[1], "/?channels=b&channels=a");
        await PublishAsync(publisher, "a", "1");
        await PublishAsync(publisher, "a", "2");
        var id = IdsIn(await SeeAsync(first, "2"))[^1];
        Assert.Equal(id, IdsIn(await SeeAsync(witness, "2"))[^1]);

        await cluster.KillFrontendAsync(0);
        await PublishAsync(publisher, "a", "3");
        await PublishAsync(publisher, "a", "4");

        await using var again = await StreamAsync(cluster.Frontends[1], "/?channels=a", $"Last-Event-ID: {id}");
        await SeeAsync(again, "4");
        await PublishAsync(publisher, "a", "live");
        Assert.Equal(["3", "4", "live"], DataIn(await SeeAsync(again, "live")));
        await using var both = await StreamAsync(cluster.Frontends[1], "/?channels=a&channels=b", $"Last-Event-ID: {id}");
        await PublishAsync(publisher, "b", "end");
        Assert.Equal(["3", "4", "live", "end"], DataIn(await SeeAsync(both, "end")));
    }

    private static async Task<RawHttpConnection> StreamAsync(SseFabricProcess frontend, string target, params string[] headers)
    {
        var connection = await RawHttpConnection.ConnectAsync(frontend.Address);
        await connection.GetAsync(target, headers);
        await connection.ReadBodyUntilAsync("the first bytes", body => body.Length >= 2);
        return connection;
    }

    private static async Task PublishAsync(HttpPublisher publisher, string channel, string text) =>
        Assert.Equal(200, (await publisher.PostAsync("/publish", $"channel={channel}&message={text}", "application/x-www-form-urlencoded")).Status);

    private static Task<string> SeeAsync(RawHttpConnection stream, string data) =>
        stream.ReadBodyUntilAsync(data, body => body.Contains($"data: {data}\n\n", StringComparison.Ordinal));

    private static string[] IdsIn(string body) => [.. body.Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal))
        .Select(line => line[4..])];

    private static string[] DataIn(string body) => [.. body.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])];
}
