using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Publishing;

/// <summary>Without keys: publishers on this machine, and no page through a visitor's browser. Without that too: PARITY.md 137.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class PeerTests(PublishFixture fixture) : IClassFixture<PublishFixture>
{
    [Theory]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("x-forwarded-proto", "http")]
    [InlineData("X-Forwarded-Anything", "")]
    [InlineData("Origin", "https://page.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1")]
    [InlineData("Origin", "http://localhost:PORT")]
    [InlineData("Origin", "https://127.0.0.1:PORT")]
    public async Task Post_FromElsewhere_Is403WithTheReason(string header, string value)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        value = value.Replace("PORT", $"{fixture.Fabric.Address.Port}", StringComparison.Ordinal);

        foreach (var (target, body) in new[] { ($"/channels/{channel}/events", "x"), ("/publish", $"channel={channel}&message=x") })
        {
            var refused = await fixture.Http.PostAsync(target, body, "application/x-www-form-urlencoded", (header, value));
            Assert.Equal(403, refused.Status);
            Assert.Contains(header == "Origin" ? value : header, refused.Detail, StringComparison.OrdinalIgnoreCase);
        }

        await fixture.Http.PublishAsync(channel, "after");
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    /// <summary>A name that someone else's DNS leads here (DNS rebinding) makes a page no better.</summary>
    [Fact]
    public async Task Post_SameOriginOfAForeignName_Is403()
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.SendAsync("POST /channels/c/events HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nContent-Length: 1\r\n\r\nx");
        await connection.ReadHeadAsync();

        Assert.Equal(403, connection.Status);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("app.localhost")]
    public async Task Post_SameOrigin_Publishes(string host)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.SendAsync($"POST /channels/c/events HTTP/1.1\r\nHost: {host}:8080\r\nOrigin: http://{host}:8080\r\nContent-Length: 1\r\n\r\nx");
        await connection.ReadHeadAsync();

        Assert.Equal(200, connection.Status);
    }

    [Fact]
    public async Task Post_ListedOrigin_Publishes()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Publish:Origins:0=https://page.example");
        using var http = new HttpPublisher(fabric.Address);

        var answer = await http.PostAsync("/channels/c/events", "x", null, ("Origin", "https://page.example"));

        Assert.Equal((200, "https://page.example"), (answer.Status, answer.Header("Access-Control-Allow-Origin")));
        Assert.Equal(403, (await http.PostAsync("/channels/c/events", "x", null, ("Origin", "https://page.example.org"))).Status);
    }

    [Theory]
    [Trait("Parity", "137")]
    [InlineData("--urls=http://0.0.0.0:0", "\"http://0.0.0.0:0\" (urls)")]
    [InlineData("--urls=http://127.0.0.1:0;http://*:0", "reaches \"http://*:0\" (urls)")]
    [InlineData("--urls=http://[::]:0", "\"http://[::]:0\" (urls)")]
    [InlineData("--urls=http://some.name:80", "\"http://some.name:80\" (urls)")]
    [InlineData("--Kestrel:Endpoints:A:Url=http://192.0.2.1:80", "\"http://192.0.2.1:80\" (Kestrel:Endpoints:A:Url)")]
    [InlineData("--Fabric:H2c:Listen=0.0.0.0:0", "\"0.0.0.0:0\" (Fabric:H2c:Listen)")]
    public async Task Start_OpenAddressWithoutKey_IsRefused(string arg, string shown)
    {
        await using var program = SseFabricProcess.Run(arg, "--Fabric:RespDoor:Listen=");

        Assert.Equal(2, await program.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        var line = Assert.Single(program.Output);
        Assert.StartsWith("Fabric:Publish:Keys: (empty) is not accepted", line, StringComparison.Ordinal);
        Assert.Contains(shown, line, StringComparison.Ordinal);
        Assert.Contains("; accepted: one key or more, Fabric:Publish:Open=true", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OpenPortOfTheEnvironmentAndOtherErrors_TellsAll()
    {
        await using var program = SseFabricProcess.Run(["--Fabric:Publish:Path=nonsense"], new Dictionary<string, string?> { ["ASPNETCORE_HTTP_PORTS"] = "0" });

        Assert.Equal(2, await program.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(2, program.Output.Count);
        Assert.Contains(program.Output, line => line.Contains("\"http://*:0\" (http_ports", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--Fabric:Publish:Open=true", 200)]
    [InlineData("--Fabric:Publish:Keys:0=k", 401)]
    public async Task Start_OpenAddressWithKeyOrOpen_Starts(string arg, int status)
    {
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync($"--urls=http://0.0.0.0:{port}", arg);
        using var http = new HttpPublisher(new Uri($"http://127.0.0.1:{port}"));

        var answer = await http.PostAsync("/channels/c/events", "x", null, ("X-Forwarded-For", "192.0.2.1"), ("Origin", "https://page.example"));

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("--urls=http://localhost:PORT")]
    [InlineData("--urls=http://127.0.0.2:PORT")]
    public async Task Start_LoopbackAddress_NeedsNoKey(string arg)
    {
        await using var fabric = await SseFabricProcess.StartAsync(arg.Replace("PORT", $"{FreePort.Next()}", StringComparison.Ordinal));

        Assert.Contains("is ready", fabric.ReadyLine, StringComparison.Ordinal);
    }
}
