using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using SseFabric.TestKit.Processes;

namespace SseFabric.Kubernetes.Manifests;

/// <summary>What kustomize makes of an overlay, or of the base with components that no overlay has.</summary>
internal sealed class Overlay
{
    private static readonly ConcurrentDictionary<string, Task<Overlay>> s_built = new();

    private Overlay(string yaml) => (Yaml, Manifests) = (yaml, [.. YamlFile.Parse(yaml).Select(json => new Manifest(json))]);

    public static string Folder { get; } = Path.Combine(Repository.Root, "k8s");

    /// <summary>The overlays there are, and what else is worth building: <c>base</c> and a component, with <c>+</c> between.</summary>
    public static TheoryData<string> All =>
        [.. Directory.GetDirectories(Path.Combine(Folder, "overlays")).Select(folder => $"overlays/{Path.GetFileName(folder)}").Order(), "base+components/autoscaling-keda"];

    public string Yaml { get; }

    public IReadOnlyList<Manifest> Manifests { get; }

    public IEnumerable<Manifest> Workloads => Manifests.Where(manifest => manifest.PodTemplate is not null);

    public IEnumerable<Manifest> OwnWorkloads => Workloads.Where(workload => workload.Kind == "Deployment");

    public IEnumerable<Manifest> Of(string kind) => Manifests.Where(manifest => manifest.Kind == kind);

    public Manifest The(string kind, string name) => Assert.Single(Manifests, manifest => manifest.Kind == kind && manifest.Name == name);

    /// <summary>Builds it, once in a run. Without kubectl, or one too old for components, the test is skipped.</summary>
    public static Task<Overlay> BuildAsync(string name)
    {
        var kubectl = Need.Tool("kubectl");
        return s_built.GetOrAdd(name, _ => RunAsync(kubectl, name));
    }

    private static async Task<Overlay> RunAsync(string kubectl, string name)
    {
        var parts = name.Split('+');
        var folder = Path.Combine(Folder, parts[0]);
        var made = parts.Length > 1 ? Directory.CreateTempSubdirectory("kustomize-") : null;
        try
        {
            if (made is not null)
            {
                string[] components = [.. parts[1..].Select(part => Path.GetRelativePath(made.FullName, Path.Combine(Folder, part)))];
                await File.WriteAllTextAsync(Path.Combine(made.FullName, "kustomization.yaml"), new JsonObject
                {
                    ["resources"] = new JsonArray(Path.GetRelativePath(made.FullName, folder)),
                    ["components"] = new JsonArray([.. components.Select(component => JsonValue.Create(component))]),
                }.ToJsonString());
                folder = made.FullName;
            }

            await using var process = ServerProcess.Start(kubectl, ["kustomize", folder]);
            var exitCode = await process.WaitForExitAsync();
            var output = string.Join('\n', process.Output);
            return exitCode == 0 ? new Overlay(output) : throw new InvalidOperationException($"{name} can't be built: {output}");
        }
        finally
        {
            made?.Delete(recursive: true);
        }
    }
}
