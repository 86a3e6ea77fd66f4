namespace SseFabric.Kubernetes.Manifests;

/// <summary>Pods are what Kubernetes calls restricted, and read-only beside.</summary>
[Trait("Suite", "Kubernetes")]
[Trait("Needs", "kubectl")]
public sealed class PodSecurityTests
{
    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Pods_OfEachWorkload_MayDoNothingTheyNeedNot(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.True(overlay.Workloads.Count() >= 2);
        Assert.All(overlay.Workloads, workload =>
        {
            var pod = workload.PodSpec["securityContext"]!;
            Assert.True((bool)pod["runAsNonRoot"]!);
            Assert.True((int)pod["runAsUser"]! > 0);
            Assert.Equal("RuntimeDefault", (string)pod["seccompProfile"]!["type"]!);
            Assert.False((bool)workload.PodSpec["automountServiceAccountToken"]!);
            // Or a Service named like one of its settings would be taken for one.
            Assert.False((bool)workload.PodSpec["enableServiceLinks"]!);

            var container = workload.Container["securityContext"]!;
            Assert.False((bool)container["allowPrivilegeEscalation"]!);
            Assert.True((bool)container["readOnlyRootFilesystem"]!);
            Assert.Equal(["ALL"], container["capabilities"]!["drop"]!.AsArray().Select(capability => (string)capability!));
            Assert.All(workload.Ports.Values, port => Assert.True(port >= 1024));
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Pods_OfEachWorkload_SayWhatTheyNeed(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.All(overlay.Workloads, workload =>
        {
            var resources = workload.Container["resources"]!;
            Assert.NotNull(resources["requests"]!["cpu"]);
            Assert.NotNull(resources["requests"]!["memory"]);
            Assert.NotNull(resources["limits"]!["memory"]);
            // A throttled process is late for every subscriber at once.
            Assert.Null(resources["limits"]!["cpu"]);
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Namespace_WhereThereIsOne_RefusesOthers(string name) => Assert.All(
        (await Overlay.BuildAsync(name)).Of("Namespace"),
        space => Assert.Equal("restricted", space.Labels["pod-security.kubernetes.io/enforce"]));
}
