using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Management.Metrics;
using SseFabric.Kubernetes.Manifests;
using SseFabric.TestKit.Processes;

namespace SseFabric.Kubernetes.Settings;

/// <summary>Settings are those that the programs know, and fit what Kubernetes is told beside them.</summary>
[Trait("Suite", "Kubernetes")]
[Trait("Needs", "kubectl")]
public sealed partial class SettingsTests
{
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Settings_OfFrontendsAndSilos_AreAccepted(string name)
    {
        Assert.SkipUnless(Channels.Hosting.Engine.HasClustering, Channels.Hosting.Engine.NoClustering);
        var overlay = await Overlay.BuildAsync(name);
        var frontend = PodSettings.Of(overlay, "sse-fabric-frontend").Read();
        var silo = PodSettings.Of(overlay, "sse-fabric-silo").Read();

        Assert.Equal((ClusterRole.Frontend, ClusterRole.Channels), (frontend.Cluster.Role!.Value, silo.Cluster.Role!.Value));
        Assert.Equal(frontend.Cluster.ClusterId, silo.Cluster.ClusterId);
        Assert.All([frontend, silo], options => Assert.Equal("127.0.0.1", options.Cluster.AdvertisedAddress));
        Assert.All([frontend, silo], options => Assert.Empty(options.RespDoor.Listen));
        Assert.NotEmpty(frontend.Publish.Keys);
        Assert.NotEmpty(frontend.Management.Key!);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Ports_OfContainers_AreThoseThatTheProgramsListenOn(string name)
    {
        Assert.SkipUnless(Channels.Hosting.Engine.HasClustering, Channels.Hosting.Engine.NoClustering);
        var overlay = await Overlay.BuildAsync(name);
        var frontend = PodSettings.Of(overlay, "sse-fabric-frontend");
        var silo = PodSettings.Of(overlay, "sse-fabric-silo");

        Assert.Equal(frontend.Environment["ASPNETCORE_HTTP_PORTS"], $"{frontend.Workload.Ports["http"]}");
        Assert.Equal(frontend.Read().Management.Listen, $"*:{frontend.Workload.Ports["management"]}");
        Assert.All([frontend, silo], pod => Assert.Equal(pod.Read().Cluster.SiloPort, pod.Workload.Ports["silo"]));
        Assert.Equal(silo.Read().Cluster.GatewayPort, silo.Workload.Ports["gateway"]);
        Assert.Equal(0, frontend.Read().Cluster.GatewayPort);
    }

    /// <summary>Kubernetes kills what hasn't ended by then, and with it streams that a drain would have ended in order.</summary>
    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task GracePeriod_OfFrontends_IsLongerThanTheDrainAndWhatFollows(string name)
    {
        Assert.SkipUnless(Channels.Hosting.Engine.HasClustering, Channels.Hosting.Engine.NoClustering);
        var pod = PodSettings.Of(await Overlay.BuildAsync(name), "sse-fabric-frontend");
        var window = pod.Read().Drain.Window;
        var preStop = TimeSpan.FromSeconds((int)pod.Workload.Container["lifecycle"]!["preStop"]!["sleep"]!["seconds"]!);

        Assert.True(window > TimeSpan.Zero);
        Assert.True(Seconds(pod.Workload.PodSpec["terminationGracePeriodSeconds"]) >= preStop + window + StopMargin("src/Frontend/Hosting/FrontendBuilder.cs", "s_stopMargin") + s_margin);
        // One frontend's drain is over before the next one's begins.
        Assert.True(Seconds(pod.Workload.Spec["minReadySeconds"]) >= preStop + window);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task GracePeriod_OfSilos_IsLongerThanTheirStop(string name)
    {
        Assert.SkipUnless(Channels.Hosting.Engine.HasClustering, Channels.Hosting.Engine.NoClustering);
        var pod = PodSettings.Of(await Overlay.BuildAsync(name), "sse-fabric-silo");
        var stop = pod.Read().Drain.Window + StopMargin("src/Silo/Hosting/SiloBuilder.cs", "s_stopMargin");

        Assert.True(Seconds(pod.Workload.PodSpec["terminationGracePeriodSeconds"]) >= stop + s_margin);
        Assert.True(Seconds(pod.Workload.Spec["minReadySeconds"]) >= stop);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Updates_OfFrontendsAndSilos_TakeNoneAwayBeforeItsSuccessorRuns(string name) => Assert.All(
        (await Overlay.BuildAsync(name)).OwnWorkloads,
        workload => Assert.Equal(0, (int)workload.Spec["strategy"]!["rollingUpdate"]!["maxUnavailable"]!));

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Secrets_Referenced_AreMadeByTheGuide(string name)
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/operations/deploy.md"), TestContext.Current.CancellationToken);
        var overlay = await Overlay.BuildAsync(name);
        var references = overlay.Workloads.SelectMany(workload => workload.Container["env"]!.AsArray())
            .Select(variable => variable!["valueFrom"]?["secretKeyRef"])
            .Concat(overlay.Of("ServiceMonitor").SelectMany(monitor => monitor.Spec["endpoints"]!.AsArray()).Select(endpoint => endpoint!["authorization"]!["credentials"]))
            .OfType<JsonNode>().ToList();

        Assert.True(references.Count >= 4);
        Assert.All(references, reference => Assert.Equal("sse-fabric", (string)reference["name"]!));
        Assert.All(references, reference => Assert.Contains($"--from-literal={(string)reference["key"]!}=", guide, StringComparison.Ordinal));
    }

    /// <summary>Secrets come by reference: what looks like one is no plain value.</summary>
    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Environment_Secrets_AreReferences(string name) => Assert.All(
        (await Overlay.BuildAsync(name)).Workloads.SelectMany(workload => workload.Container["env"]!.AsArray()),
        variable => Assert.True(variable!["value"] is null || !SecretName().IsMatch((string)variable["name"]!), (string)variable["name"]!));

    [Fact]
    public async Task Autoscaler_Metric_IsWhatFrontendsMeasureAndTheAdapterMakes()
    {
        var autoscaler = Assert.Single((await Overlay.BuildAsync("overlays/production")).Of("HorizontalPodAutoscaler"));
        var metric = (string)Assert.Single(autoscaler.Spec["metrics"]!.AsArray(), each => (string)each!["type"]! == "Pods")!["pods"]!["metric"]!["name"]!;
        var rule = Assert.Single(YamlFile.Read(Path.Combine(Overlay.Folder, "components/autoscaling/prometheus-adapter.yaml")).Single()["rules"]!["custom"]!.AsArray())!;

        Assert.Contains("| `ssefabric.subscribers.active` |", await PageAsync("docs/reference/metrics.md"), StringComparison.Ordinal);
        Assert.Equal(PrometheusName.Of("ssefabric.subscribers.active", "{subscriber}", MetricKind.Gauge), metric);
        Assert.Equal(metric, (string)rule["name"]!["as"]!);
        Assert.StartsWith($"{metric}{{", (string)rule["seriesQuery"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScaledObject_Query_IsOfTheSameMetric()
    {
        var scaled = Assert.Single((await Overlay.BuildAsync("base+components/autoscaling-keda")).Of("ScaledObject"));

        Assert.Contains("sum(ssefabric_subscribers_active{", (string)scaled.Spec["triggers"]![0]!["metadata"]!["query"]!, StringComparison.Ordinal);
    }

    /// <summary>A frontend that refuses newcomers is one too few: the autoscaler has acted long before.</summary>
    [Fact]
    public async Task Autoscaler_Target_IsBelowTheLimitOfAFrontend()
    {
        Assert.SkipUnless(Channels.Hosting.Engine.HasClustering, Channels.Hosting.Engine.NoClustering);
        var overlay = await Overlay.BuildAsync("overlays/production");
        var autoscaler = Assert.Single(overlay.Of("HorizontalPodAutoscaler"));
        var target = int.Parse((string)autoscaler.Spec["metrics"]![0]!["pods"]!["target"]!["averageValue"]!, null);

        Assert.Equal((string)autoscaler.Spec["scaleTargetRef"]!["name"]!, overlay.The("Deployment", "sse-fabric-frontend").Name);
        Assert.Null(overlay.The("Deployment", "sse-fabric-frontend").Spec["replicas"]);
        Assert.InRange(target, 1, PodSettings.Of(overlay, "sse-fabric-frontend").Read().Stream.MaxSubscribers * 3 / 4);
    }

    private static TimeSpan Seconds(JsonNode? value) => TimeSpan.FromSeconds((int)value!);

    // What the program allows itself stands in its source alone.
    private static TimeSpan StopMargin(string file, string field)
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, file));
        return TimeSpan.FromSeconds(int.Parse(Regex.Match(source, $@"{field} = TimeSpan\.FromSeconds\((\d+)\)").Groups[1].Value, null));
    }

    private static Task<string> PageAsync(string page) => File.ReadAllTextAsync(Path.Combine(Repository.Root, page), TestContext.Current.CancellationToken);

    [GeneratedRegex("(?i)key|password|secret|redis(?!cli)|token")]
    private static partial Regex SecretName();
}
