namespace SseFabric.Kubernetes.Manifests;

/// <summary>Kustomizations name what there is, and everything that there is, is named.</summary>
[Trait("Suite", "Kubernetes")]
public sealed class KustomizationTests
{
    // What isn't for Kubernetes: values for somebody's Helm chart.
    private const string AdapterRule = "prometheus-adapter.yaml";

    private static IEnumerable<Manifest> Resources => Kustomization.All.SelectMany(kustomization => kustomization.ResourceFiles).Distinct().SelectMany(Manifests);

    [Fact]
    public void Kustomizations_Paths_Exist() => Assert.All(
        Kustomization.All,
        kustomization =>
        {
            Assert.All(kustomization.Paths, path => Assert.True(Path.Exists(path), $"{kustomization}: {path} doesn't exist."));
            Assert.All(kustomization.Others, folder => Assert.True(File.Exists(Path.Combine(folder, "kustomization.yaml")), $"{kustomization}: {folder}"));
        });

    [Fact]
    public void Files_AllOfThem_AreNamedByAKustomization()
    {
        var files = Directory.GetFiles(Overlay.Folder, "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".json" && Path.GetFileName(file) is not ("kustomization.yaml" or AdapterRule));

        Assert.Equal(files.Order(), Kustomization.All.SelectMany(kustomization => kustomization.Paths).Where(File.Exists).Distinct().Order());
    }

    [Fact]
    public void Components_AllOfThem_AreBuiltByATest()
    {
        var used = Kustomization.All.SelectMany(kustomization => kustomization.Others).Concat(
            Overlay.All.SelectMany(row => row.Data.Split('+')).Select(part => Path.Combine(Overlay.Folder, part)));

        Assert.Equal([], Kustomization.All.Where(each => each.IsComponent).Select(each => Path.GetDirectoryName(each.File)!).Except(used));
    }

    [Fact]
    public void Patches_Targets_Exist()
    {
        var existing = Resources.Select(resource => (resource.Kind, resource.Name)).ToHashSet();
        var targets = Kustomization.All.SelectMany(kustomization => kustomization.PatchTargets).ToList();
        var patched = Kustomization.All.SelectMany(kustomization => kustomization.PatchFiles).SelectMany(Manifests).Select(patch => (patch.Kind, patch.Name)).ToList();

        Assert.True(targets.Count >= 2 && patched.Count >= 2);
        Assert.All(targets.Concat(patched), target => Assert.Contains(target, existing));
    }

    [Fact]
    public void Images_Replaced_AreUsed()
    {
        var used = Resources.Where(resource => resource.PodTemplate is not null).Select(workload => (string)workload.Container["image"]!).ToHashSet();

        Assert.All(Kustomization.All.SelectMany(kustomization => kustomization.Images), image => Assert.Contains(image, used));
    }

    [Fact]
    public void Resources_Secrets_AreNotAmongThem() => Assert.DoesNotContain(Resources, resource => resource.Kind == "Secret");

    private static IEnumerable<Manifest> Manifests(string file) => YamlFile.Read(file).Select(json => new Manifest(json));
}
