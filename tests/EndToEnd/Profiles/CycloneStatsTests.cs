using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Profiles;

/// <summary>Who may read cyclone's counts, and where.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class CycloneStatsTests
{
    [Fact]
    [Trait("Parity", "142")]
    public async Task Stats_WithAKey_AskForIt()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--profile", "cyclone", "--Fabric:Management:Key=geheim-key");
        using var http = new HttpPublisher(fabric.Address);

        var refused = await http.SendAsync(HttpMethod.Get, "/stats", null, null);
        var wrong = await http.SendAsync(HttpMethod.Get, "/stats?key=geheim-key", null, null, ("Authorization", "Bearer geheim"));
        var answer = await http.SendAsync(HttpMethod.Get, "/stats", null, null, ("Authorization", "Bearer geheim-key"), ("X-Forwarded-For", "192.0.2.1"));

        Assert.Equal((401, "Bearer", 401), (refused.Status, refused.Header("WWW-Authenticate"), wrong.Status));
        Assert.Equal((200, "[]"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Stats_WithoutAKey_AreEverybodys()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--profile", "cyclone");
        using var http = new HttpPublisher(fabric.Address);

        Assert.Equal(200, (await http.SendAsync(HttpMethod.Get, "/stats", null, null, ("X-Forwarded-For", "192.0.2.1"))).Status);
    }

    [Fact]
    public async Task Stats_WithAListener_AreThereAlone()
    {
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync("--profile", "cyclone", $"--Fabric:Management:Listen=127.0.0.1:{port}");
        using var main = new HttpPublisher(fabric.Address);
        using var management = new HttpPublisher(new Uri($"http://127.0.0.1:{port}"));

        Assert.Equal(404, (await main.SendAsync(HttpMethod.Get, "/stats", null, null)).Status);
        Assert.Equal(200, (await management.SendAsync(HttpMethod.Get, "/stats", null, null)).Status);
        Assert.Equal(404, (await management.SendAsync(HttpMethod.Get, "/?channels=a", null, null)).Status);
    }
}
