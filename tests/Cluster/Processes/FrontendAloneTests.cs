using System.Net;
using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Http;

namespace SseFabric.Cluster.Processes;

/// <summary>A frontend that sees no silo.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class FrontendAloneTests
{
    [Fact]
    public async Task NoSilo_IsLoggedOnce_NobodyIsStranded_AndOneThatComesServes()
    {
        await using var cluster = await ProcessCluster.StartAsync(0, 1);
        var frontend = cluster.Frontends[0];
        await frontend.Process.WaitForLineAsync("that there is no silo", line => line.Contains("SiloWatch[2030]", StringComparison.Ordinal));

        await using (var busy = await SseClient.OpenAsync(frontend.Events("a")))
        {
            Assert.Equal((HttpStatusCode.OK, "starting"), (busy.Status, busy.Header("X-SSE-Busy")));
        }

        using var http = new HttpPublisher(frontend.Address);
        Assert.Equal(503, (await http.PostAsync("/channels/a/events", "x", null)).Status);

        await cluster.AddSiloAsync();
        await frontend.Process.WaitForLineAsync("that there is one", line => line.Contains("SiloWatch[2031]", StringComparison.Ordinal));
        await using var client = await SseClient.JoinAsync(frontend.Events("a"));
        await using var redis = await cluster.Redis.ConnectAsync();
        await redis.PublishAsync("a", "hello");
        Assert.Equal("hello", (await client.NextAsync()).Text);

        string[] told = [.. frontend.Process.Output.Where(line => line.Contains(" warn: ", StringComparison.Ordinal) || line.Contains(" fail: ", StringComparison.Ordinal))];
        Assert.Contains("SiloWatch[2030]", Assert.Single(told), StringComparison.Ordinal);
    }
}
