using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Redisse;

/// <summary>Who may read the counts of profile redisse. They need no Redis.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RedisseCountsTests
{
    private static readonly (string, string) s_json = ("Accept", "application/json");

    [Fact]
    public async Task Counts_WithAKey_AskForIt()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--profile", "redisse", "--redis", $"127.0.0.1:{FreePort.Next()}", "--Fabric:Management:Key=geheim-key");
        using var http = new HttpPublisher(fabric.Address);

        var refused = await http.SendAsync(HttpMethod.Get, "/any?a", null, null, s_json);
        var wrong = await http.SendAsync(HttpMethod.Get, "/any?a", null, null, s_json, ("Authorization", "Bearer geheim"));
        var answer = await http.SendAsync(HttpMethod.Get, "/any?a", null, null, s_json, ("Authorization", "Bearer geheim-key"), ("X-Forwarded-For", "192.0.2.1"));

        Assert.Equal((401, "Bearer", 401), (refused.Status, refused.Header("WWW-Authenticate"), wrong.Status));
        Assert.Equal((200, 0), (answer.Status, answer.Json.GetProperty("connected").GetInt32()));
    }

    [Fact]
    public async Task Counts_WithoutAKey_AreEverybodys()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--profile", "redisse", "--redis", $"127.0.0.1:{FreePort.Next()}");
        using var http = new HttpPublisher(fabric.Address);

        Assert.Equal(200, (await http.SendAsync(HttpMethod.Get, "/", null, null, s_json, ("X-Forwarded-For", "192.0.2.1"))).Status);
    }
}
