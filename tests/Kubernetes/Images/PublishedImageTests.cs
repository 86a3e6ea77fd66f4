using System.Net;
using SseFabric.Channels.Hosting;
using SseFabric.Kubernetes.Manifests;
using SseFabric.Kubernetes.Settings;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Kubernetes.Images;

/// <summary>The images' programs, with the settings, the user and the read-only disk of their pods.</summary>
[Trait("Suite", "Kubernetes")]
[Trait("Needs", "root")]
public sealed class PublishedImageTests(ImageFixture images) : IClassFixture<ImageFixture>
{
    /// <summary>A silo and a frontend of the overlay find each other, carry an event, answer the probes and end in order.</summary>
    [Fact]
    public async Task Pods_AsTheManifestsHaveThem_ServeAndEndInOrder()
    {
        Assert.SkipUnless(Engine.HasClustering, Engine.NoClustering);
        Need.Root();
        var overlay = await Overlay.BuildAsync("overlays/small");
        await using var redis = await RedisServer.StartAsync();
        var (siloFile, frontendFile) = (new Dockerfile("Silo"), new Dockerfile("Frontend"));
        var siloImage = await images.GetAsync(siloFile);
        var frontendImage = await images.GetAsync(frontendFile);
        var (http, management) = (FreePort.Next(), FreePort.Next());

        await using var silo = Start(siloImage, siloFile, PodSettings.Of(overlay, "sse-fabric-silo"), redis, ("Fabric__Cluster__GatewayPort", $"{FreePort.Next()}"));
        await silo.WaitForLineAsync("the ready line", line => line.Contains("is ready", StringComparison.Ordinal));
        await using var frontend = Start(
            frontendImage, frontendFile, PodSettings.Of(overlay, "sse-fabric-frontend"), redis,
            ("ASPNETCORE_HTTP_PORTS", $"{http}"), ("Fabric__Management__Listen", $"*:{management}"));
        await frontend.WaitForLineAsync("the ready line", line => line.Contains("is ready", StringComparison.Ordinal));

        await Eventually.SeeAsync("readiness", () => ProbeAsync(overlay, "readinessProbe", management), status => status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await ProbeAsync(overlay, "livenessProbe", management));
        await using var subscriber = await SseClient.JoinAsync(new Uri($"http://127.0.0.1:{http}/events?channel=a"));
        await using var publisher = await redis.ConnectAsync();
        await publisher.ExecuteAsync("PUBLISH", "a", "hello");
        var received = await subscriber.NextAsync();
        Assert.Equal("hello", received.Text);

        Assert.Equal(0, await frontend.TerminateAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, await silo.TerminateAsync(TimeSpan.FromSeconds(60)));
    }

    /// <summary>In the single-node build too the image's sources are enough, and the program starts.</summary>
    [Fact]
    public async Task Frontend_Alone_ServesFromAReadOnlyDisk()
    {
        Need.Root();
        var file = new Dockerfile("Frontend");
        var image = await images.GetAsync(file);
        var port = FreePort.Next();
        var environment = new Dictionary<string, string?> { ["ASPNETCORE_HTTP_PORTS"] = $"{port}", ["Fabric__RespDoor__Listen"] = "", ["Fabric__Publish__Open"] = "true" };
        await using var frontend = image.Start(file, environment);
        await frontend.WaitForLineAsync("the ready line", line => line.Contains("is ready", StringComparison.Ordinal));

        await using var subscriber = await SseClient.JoinAsync(new Uri($"http://127.0.0.1:{port}/events?channel=a"));
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{port}/channels/a/events"), new StringContent("hello"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("hello", (await subscriber.NextAsync()).Text);
        Assert.Contains(frontend.Output, line => line.Contains("Read-only file system", StringComparison.Ordinal));
    }

    private static ServerProcess Start(PublishedImage image, Dockerfile file, PodSettings pod, RedisServer redis, params (string Key, string Value)[] own)
    {
        var environment = new Dictionary<string, string?>(pod.Environment)
        {
            ["Fabric__Redis"] = redis.Configuration,
            ["Fabric__Cluster__SiloPort"] = $"{FreePort.Next()}",
        };
        foreach (var (key, value) in own)
        {
            Assert.Contains(key, pod.Environment.Keys.Append("Fabric__Cluster__GatewayPort"));
            environment[key] = value;
        }

        return image.Start(file, environment, "--config", image.Write($"{file.Project}.json", pod.File));
    }

    private static async Task<HttpStatusCode> ProbeAsync(Overlay overlay, string probe, int port)
    {
        var path = (string)overlay.The("Deployment", "sse-fabric-frontend").Container[probe]!["httpGet"]!["path"]!;
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
