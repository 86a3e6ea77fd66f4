using SseFabric.EndToEnd.HandOff;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Samples;

/// <summary>samples/hand-off: applications in other languages, by themselves and behind samples/nginx.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class HandOffSampleTests
{
    private static readonly string s_sample = Path.Combine(Repository.Root, "samples", "hand-off");

    public static TheoryData<string, string> Languages => new() { { "python3", "app.py" }, { "node", "app.mjs" }, { "php", "app.php" } };

    [Theory, Trait("Parity", "51")]
    [MemberData(nameof(Languages))]
    public async Task Events_OfUser_RedirectsToHisChannels(string interpreter, string file)
    {
        var port = FreePort.Next();
        await using var app = await StartAsync(interpreter, file, port);

        var plain = await GetAsync(port, "/events");
        var full = await GetAsync(port, "/events?polling&lastEventId=4%262&user=bob&evil");
        var forged = await GetAsync(port, "/events?user=a%0D%0AX-Forged:+1");

        Assert.Equal("/redisse/?global", plain.Header("X-Accel-Redirect"));
        Assert.Equal("/redisse/?polling&lastEventId=4%262&global&inbox_bob", full.Header("X-Accel-Redirect"));
        Assert.Equal("/redisse/?global", forged.Header("X-Accel-Redirect"));
        Assert.All([plain, full, forged], answer => Assert.Equal((200, ""), (answer.Status, answer.Body)));
        Assert.Equal(404, (await GetAsync(port, "/nothing")).Status);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Offload_OfUser_NamesHisChannelsInTheHeader(string interpreter, string file)
    {
        var port = FreePort.Next();
        await using var app = await StartAsync(interpreter, file, port);

        var answer = await GetAsync(port, "/offload?user=bob");

        Assert.Equal(200, answer.Status);
        Assert.Equal("global, inbox_bob", answer.Header("X-SSE-OFFLOAD"));
    }

    [Theory, Trait("Needs", "nginx"), Trait("Parity", "58")]
    [MemberData(nameof(Languages))]
    public async Task Events_BehindNginx_Streams(string interpreter, string file)
    {
        var port = FreePort.Next();
        await using var app = await StartAsync(interpreter, file, port);
        await using var fabric = await SseFabricProcess.StartAsync();
        await using var nginx = await NginxSample.StartAsync(port, fabric.Address.Port, FreePort.Next());
        await using var subscriber = await SseClient.JoinAsync(new Uri(nginx.Address, "/events?user=bob"));
        using var publisher = new HttpPublisher(fabric.Address);

        await publisher.PublishAsync("inbox_alice", "for alice");
        await publisher.PublishAsync("inbox_bob", "for bob");
        await publisher.PublishAsync("global", "for all");

        Assert.Equal(["for all", "for bob"], (await subscriber.TakeAsync(2)).Select(sent => sent.Text).Order());
    }

    private static async Task<ServerProcess> StartAsync(string interpreter, string file, int port)
    {
        string[] arguments = interpreter == "php" ? ["-S", $"127.0.0.1:{port}", Path.Combine(s_sample, file)] : [Path.Combine(s_sample, file), $"{port}"];
        var app = ServerProcess.Start(Need.Tool(interpreter), arguments);
        await app.WaitForLineAsync("the application's ready line", line => line.Contains($"listens on {port}", StringComparison.Ordinal) || line.Contains("started", StringComparison.Ordinal));
        return app;
    }

    private static async Task<HttpAnswer> GetAsync(int port, string target)
    {
        using var client = new HttpPublisher(new Uri($"http://127.0.0.1:{port}"));
        return await client.SendAsync(HttpMethod.Get, target, null, null);
    }
}
