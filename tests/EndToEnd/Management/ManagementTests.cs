using System.Net;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Management;

/// <summary>Who may use the management paths, and where they are.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class ManagementTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    private const string Body = """{"channel":"nobody"}""";

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Origin", "https://page.example")]
    [InlineData("Origin", "null")]
    public async Task NoKey_FromElsewhere_Is403(string header, string value)
    {
        using var http = new HttpPublisher(fixture.Fabric.Address);

        var refused = await http.PostAsync("/admin/disconnect", Body, null, (header, value));

        Assert.Equal(403, refused.Status);
        Assert.Contains(header == "Origin" ? value : header, refused.Detail, StringComparison.Ordinal);
        Assert.Equal(200, (await http.PostAsync("/admin/disconnect", Body, null)).Status);
        Assert.Equal(200, (await http.SendAsync(HttpMethod.Get, "/health/live", null, null, (header, value))).Status);
    }

    [Fact]
    public async Task Key_Given_IsAskedOfEverybodyButForHealth()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Management:Key=geheim-key", "--Fabric:Publish:Keys:0=geheim-publish");
        using var http = new HttpPublisher(fabric.Address);

        Assert.Equal(200, (await http.PostAsync("/admin/disconnect", Body, null, ("Authorization", "Bearer geheim-key"), ("X-Forwarded-For", "192.0.2.1"))).Status);
        foreach (var wrong in new[] { "Bearer geheim-publish", "Bearer geheim-keyx", "Bearer", "Basic geheim-key", "Bearer GEHEIM-KEY" })
        {
            var refused = await http.PostAsync("/admin/disconnect?key=geheim-key", Body, null, ("Authorization", wrong));
            Assert.Equal((401, "Bearer"), (refused.Status, refused.Header("WWW-Authenticate")));
            Assert.DoesNotContain("geheim", refused.Body, StringComparison.Ordinal);
        }

        Assert.Equal(401, (await http.PostAsync("/admin/disconnect", Body, null)).Status);
        Assert.Equal(200, (await http.SendAsync(HttpMethod.Get, "/health/ready", null, null)).Status);
        Assert.DoesNotContain("geheim", fabric.Process.Tail(), StringComparison.Ordinal);
    }

    /// <summary>By the listener that took the connection: no Host header moves a path.</summary>
    [Fact]
    public async Task Listen_Set_IsWhereTheyAreAndNothingElseIs()
    {
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:Management:Listen=127.0.0.1:{port}", "--Fabric:Routes:0:Path=^/radio", "--Fabric:Routes:0:Channel=radio");
        using var main = new HttpPublisher(fabric.Address);
        using var management = new HttpPublisher(new Uri($"http://127.0.0.1:{port}"));
        Assert.Contains($"http://127.0.0.1:{port} (management)", fabric.ReadyLine, StringComparison.Ordinal);

        Assert.Equal(200, (await management.SendAsync(HttpMethod.Get, "/health/ready", null, null)).Status);
        Assert.Equal(200, (await management.PostAsync("/admin/disconnect", Body, null)).Status);
        Assert.Equal(404, (await main.SendAsync(HttpMethod.Get, "/health/ready", null, null, ("Host", $"127.0.0.1:{port}"))).Status);
        Assert.Equal(404, (await main.PostAsync("/admin/disconnect", Body, null, ("Host", $"127.0.0.1:{port}"))).Status);
        foreach (var path in new[] { "/dashboard", "/dashboard/dashboard.js", "/dashboard/channels?filter=a" })
        {
            Assert.Equal(200, (await management.SendAsync(HttpMethod.Get, path, null, null)).Status);
            Assert.Equal(404, (await main.SendAsync(HttpMethod.Get, path, null, null, ("Host", $"127.0.0.1:{port}"))).Status);
        }

        Assert.Equal(200, (await management.PostAsync("/dashboard/channels/a/events", "x", null)).Status);
        Assert.Equal(404, (await main.PostAsync("/dashboard/channels/a/events", "x", null, ("Host", $"127.0.0.1:{port}"))).Status);

        Assert.Equal(200, (await main.PostAsync("/channels/a/events", "x", null)).Status);
        Assert.Equal(404, (await management.PostAsync("/channels/a/events", "x", null)).Status);
        foreach (var target in new[] { "/events?channel=a", "/events/a", "/radio" })
        {
            await using var stream = await SseClient.OpenAsync(new Uri(fabric.Address, target));
            await using var none = await SseClient.OpenAsync(new Uri(new Uri($"http://127.0.0.1:{port}"), target));
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (stream.Status, none.Status));
        }
    }

    [Fact]
    public async Task StreamPath_OfTheRoot_LeavesTheirPathsAlone()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:Path=/");
        await using var stream = await SseClient.OpenAsync(new Uri(fabric.Address, "/statistics"));
        await using var nothing = await SseClient.OpenAsync(new Uri(fabric.Address, "/dashboard/nothing"));
        await using var health = await SseClient.OpenAsync(new Uri(fabric.Address, "/health/live"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.OK), (stream.Status, nothing.Status, health.Status));
    }

    [Theory]
    [InlineData("--Fabric:Management:Listen=0.0.0.0:0", "Fabric:Management:Key: (empty) is not accepted, as others than this machine reach \"0.0.0.0:0\" (Fabric:Management:Listen); accepted: a key,")]
    [InlineData("--Fabric:Management:Listen=nonsense", "Fabric:Management:Listen: \"nonsense\" is not accepted")]
    [InlineData("--Fabric:Management:Listen=127.0.0.1:7001 --Fabric:H2c:Listen=127.0.0.1:7001", "Fabric:Management:Listen: \"127.0.0.1:7001\" is not accepted; accepted: another address than that of Fabric:H2c:Listen")]
    [InlineData("--Fabric:Management:Key=geheim\tx", "Fabric:Management:Key: (hidden) is not accepted")]
    [InlineData("--Fabric:Stream:Path=/admin/events", "Fabric:Stream:Path: \"/admin/events\" is not accepted; accepted: a path outside /admin, which comes first")]
    public async Task Start_BadOption_IsRefused(string args, string told)
    {
        await using var program = SseFabricProcess.Run([.. args.Split(' '), "--Fabric:RespDoor:Listen="]);

        Assert.Equal(2, await program.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.StartsWith(told, Assert.Single(program.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OpenListenerWithAKey_Starts()
    {
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:Management:Listen=0.0.0.0:{port}", "--Fabric:Management:Key=k");
        using var management = new HttpPublisher(new Uri($"http://127.0.0.1:{port}"));

        Assert.Equal(401, (await management.PostAsync("/admin/disconnect", Body, null)).Status);
        Assert.Equal(200, (await management.SendAsync(HttpMethod.Get, "/health/live", null, null)).Status);
    }
}
