namespace SseFabric.Kubernetes.Manifests;

/// <summary>What is handed to Kubernetes is what it knows: no field that doesn't exist, none missing, each of its form.</summary>
[Trait("Suite", "Kubernetes")]
[Trait("Needs", "node")]
public sealed class SchemaTests
{
    public static TheoryData<string> Overlays => Overlay.All;

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_Built_HasNoFault(string name)
    {
        var overlay = await Overlay.BuildAsync(name);

        Assert.True(overlay.Manifests.Count > 10);
        Assert.Equal([], await ManifestSchema.FaultsAsync(overlay.Yaml));
    }

    /// <summary>As they lie there, where there is no kubectl to build them.</summary>
    [Fact]
    public async Task Resources_AsTheyLieThere_HaveNoFault()
    {
        var files = Kustomization.All.SelectMany(kustomization => kustomization.ResourceFiles).Distinct().ToList();

        Assert.True(files.Count > 15);
        Assert.Equal([], await ManifestSchema.FaultsAsync(string.Join("\n---\n", files.Select(File.ReadAllText))));
    }

    [Theory]
    [InlineData("base/frontend/deployment.yaml", "readOnlyRootFilesystem:", "readonlyRootFilesystem:")]
    [InlineData("base/frontend/deployment.yaml", "terminationGracePeriodSeconds: 60", "terminationGracePeriodSeconds: 60s")]
    [InlineData("base/silo/deployment.yaml", "whenUnsatisfiable: ScheduleAnyway", "whenUnsatisfiable: Sometimes")]
    [InlineData("base/silo/deployment.yaml", "memory: 512Mi", "memory: 512MX")]
    [InlineData("base/silo/disruption-budget.yaml", "policy/v1", "policy/v1beta9")]
    [InlineData("base/network-policy.yaml", "podSelector:", "podselector:")]
    [InlineData("components/autoscaling/autoscaler.yaml", "averageValue:", "averagevalue:")]
    [InlineData("components/autoscaling-keda/scaled-object.yaml", "minReplicaCount:", "minReplicas:")]
    [InlineData("components/gateway/http-route.yaml", "backendRequest: 10s", "backendRequest: ten")]
    [InlineData("components/monitoring/service-monitor.yaml", "interval:", "intervall:")]
    public async Task Fault_InAManifest_IsFound(string file, string right, string wrong)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Overlay.Folder, file), TestContext.Current.CancellationToken);
        Assert.Contains(right, text, StringComparison.Ordinal);

        Assert.NotEmpty(await ManifestSchema.FaultsAsync(text.Replace(right, wrong, StringComparison.Ordinal)));
    }
}
