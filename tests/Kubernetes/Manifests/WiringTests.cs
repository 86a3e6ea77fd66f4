using System.Text.Json.Nodes;

namespace SseFabric.Kubernetes.Manifests;

/// <summary>What names another object, a label or a port finds it.</summary>
[Trait("Suite", "Kubernetes")]
[Trait("Needs", "kubectl")]
public sealed class WiringTests
{
    private static readonly string[] s_probes = ["startupProbe", "readinessProbe", "livenessProbe"];
    private static readonly string[] s_timeouts = ["request", "backendRequest"];

    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Service_SelectsOneWorkload_WithItsPorts(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.All(overlay.Of("Service"), service =>
        {
            var workload = Assert.Single(overlay.Workloads, workload => Manifest.Selects(service.Spec["selector"], workload.PodLabels));
            Assert.All(service.Spec["ports"]!.AsArray(), port => Assert.Contains((string)port!["targetPort"]!, workload.Ports.Keys));
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Workload_Selectors_TakeItsOwnPodsAlone(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.All(overlay.Workloads, workload =>
        {
            Assert.Same(workload, Assert.Single(overlay.Workloads, other => Manifest.Selects(workload.Spec["selector"]!["matchLabels"], other.PodLabels)));
            Assert.All(workload.PodSpec["topologySpreadConstraints"]?.AsArray() ?? [], spread => Assert.True(Manifest.Selects(spread!["labelSelector"]!["matchLabels"], workload.PodLabels)));
            var probes = s_probes.Select(probe => workload.Container[probe]!);
            var ports = probes.Select(probe => probe["httpGet"] ?? probe["tcpSocket"]).OfType<JsonNode>().Select(probe => (string)probe["port"]!);
            Assert.Subset(workload.Ports.Keys.ToHashSet(), ports.ToHashSet());
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task DisruptionBudgets_OneForEachOfTheFabricsWorkloads_LeaveRoom(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.Equal(
            overlay.OwnWorkloads.Select(workload => workload.Name).Order(),
            overlay.Of("PodDisruptionBudget").Select(budget => Assert.Single(overlay.Workloads, workload => Manifest.Selects(budget.Spec["selector"]!["matchLabels"], workload.PodLabels)).Name).Order());
        Assert.All(overlay.Of("PodDisruptionBudget"), budget => Assert.Equal(1, (int)budget.Spec["maxUnavailable"]!));
        Assert.All(overlay.OwnWorkloads, workload => Assert.True(workload.Spec["replicas"] is null || (int)workload.Spec["replicas"]! >= 2));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task NetworkPolicies_Ports_AreThoseOfThePodsTheySelect(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        foreach (var policy in overlay.Of("NetworkPolicy"))
        {
            var selected = overlay.Workloads.Where(workload => Manifest.Selects(policy.Spec["podSelector"]!["matchLabels"], workload.PodLabels)).ToList();
            Assert.NotEmpty(selected);
            var ports = (policy.Spec["ingress"]?.AsArray() ?? []).SelectMany(rule => rule!["ports"]!.AsArray()).Select(port => (int)port!["port"]!);
            Assert.All(ports, port => Assert.All(selected, workload => Assert.Contains(port, workload.Ports.Values)));
        }
    }

    /// <summary>Every port is reached by a policy, and every pod is closed but for these.</summary>
    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task NetworkPolicies_OfEachWorkload_ClosePodsAndOpenEachPort(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.All(overlay.Workloads, workload =>
        {
            var policies = overlay.Of("NetworkPolicy").Where(policy => Manifest.Selects(policy.Spec["podSelector"]!["matchLabels"], workload.PodLabels)).ToList();
            Assert.Equal(["Egress", "Ingress"], policies.SelectMany(policy => policy.Spec["policyTypes"]!.AsArray()).Select(type => (string)type!).Distinct().Order());
            var opened = policies.SelectMany(policy => policy.Spec["ingress"]?.AsArray() ?? []).SelectMany(rule => rule!["ports"]!.AsArray()).Select(port => (int)port!["port"]!);
            Assert.Equal(workload.Ports.Values.Order(), opened.Distinct().Order());
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task WaysIn_Backends_AreThePublicServicesPort(string name)
    {
        var overlay = await Overlay.BuildAsync(name);
        var service = overlay.The("Service", "sse-fabric");
        var port = Assert.Single(service.Spec["ports"]!.AsArray())!;

        var ingress = overlay.Of("Ingress").SelectMany(each => each.Spec["rules"]!.AsArray()).SelectMany(rule => rule!["http"]!["paths"]!.AsArray())
            .Select(path => path!["backend"]!["service"]!).Select(backend => ((string)backend["name"]!, (string)backend["port"]!["name"]!));
        Assert.All(ingress, backend => Assert.Equal((service.Name, (string)port["name"]!), backend));
        var routes = overlay.Of("HTTPRoute").SelectMany(route => route.Spec["rules"]!.AsArray()).SelectMany(rule => rule!["backendRefs"]!.AsArray())
            .Select(backend => ((string)backend!["name"]!, (int)backend["port"]!));
        Assert.All(routes, backend => Assert.Equal((service.Name, (int)port["port"]!), backend));
        Assert.All(overlay.Of("HTTPRoute"), route => Assert.All(route.Spec["parentRefs"]!.AsArray(), parent => overlay.The("Gateway", (string)parent!["name"]!)));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Streams_OnTheirWayIn_AreNeitherBufferedNorCut(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.All(overlay.Of("Ingress"), ingress =>
        {
            var annotations = Manifest.Texts(ingress.Json["metadata"]!["annotations"]);
            Assert.Equal("off", annotations["nginx.ingress.kubernetes.io/proxy-buffering"]);
            Assert.True(int.Parse(annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"], null) >= 3600);
        });
        Assert.All(overlay.Of("HTTPRoute"), route =>
        {
            var streams = Assert.Single(route.Spec["rules"]!.AsArray(), rule => rule!["matches"]!.AsArray().Any(match => (string)match!["path"]!["value"]! == "/events"))!;
            Assert.Equal(["0s", "0s"], s_timeouts.Select(key => (string)streams["timeouts"]![key]!));
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Mounts_NameVolumesAndConfigMapsThatThereAre(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.All(overlay.OwnWorkloads, workload =>
        {
            var volumes = workload.PodSpec["volumes"]!.AsArray().ToDictionary(volume => (string)volume!["name"]!, volume => (string)volume!["configMap"]!["name"]!);
            Assert.All(workload.Container["volumeMounts"]!.AsArray(), mount => Assert.Contains((string)mount!["name"]!, volumes.Keys));
            Assert.All(volumes.Values, map => Assert.NotNull(overlay.The("ConfigMap", map).Json["data"]!["fabric.json"]));
            Assert.Equal((string)overlay.Of("ServiceAccount").Single().Json["metadata"]!["name"]!, (string)workload.PodSpec["serviceAccountName"]!);
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Monitors_SelectAServiceWithTheirPort(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.All(overlay.Of("ServiceMonitor"), monitor =>
        {
            var service = Assert.Single(overlay.Of("Service"), service => Manifest.Selects(monitor.Spec["selector"]!["matchLabels"], service.Labels));
            var endpoint = Assert.Single(monitor.Spec["endpoints"]!.AsArray())!;
            Assert.Contains(service.Spec["ports"]!.AsArray(), port => (string)port!["name"]! == (string)endpoint["port"]!);
            Assert.Equal("/metrics", (string)endpoint["path"]!);
        });
    }
}
