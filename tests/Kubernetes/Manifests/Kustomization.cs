using System.Text.Json.Nodes;

namespace SseFabric.Kubernetes.Manifests;

/// <summary>A kustomization.yaml as it lies there.</summary>
internal sealed class Kustomization(string file)
{
    private readonly JsonObject _json = Assert.Single(YamlFile.Read(file));

    public static IReadOnlyList<Kustomization> All { get; } =
        [.. Directory.GetFiles(Overlay.Folder, "kustomization.yaml", SearchOption.AllDirectories).Order().Select(file => new Kustomization(file))];

    public string File { get; } = file;

    public bool IsComponent => (string)_json["kind"]! == "Component";

    /// <summary>The paths of all it names: files, folders of others.</summary>
    public IEnumerable<string> Paths => ResourceFiles.Concat(Others).Concat(PatchFiles).Concat(GeneratorFiles);

    public IEnumerable<string> ResourceFiles => PathsOf("resources").Where(path => path.EndsWith(".yaml", StringComparison.Ordinal));

    public IEnumerable<string> PatchFiles => Items("patches").Select(patch => (string?)patch!["path"]).OfType<string>().Select(Full);

    /// <summary>The folders of the kustomizations that it takes in.</summary>
    public IEnumerable<string> Others => PathsOf("resources").Concat(PathsOf("components")).Except(ResourceFiles);

    public IEnumerable<string> GeneratorFiles => Items("configMapGenerator").SelectMany(map => map!["files"]!.AsArray()).Select(path => Full((string)path!));

    /// <summary>The names of the images that it replaces.</summary>
    public IEnumerable<string> Images => Items("images").Select(image => (string)image!["name"]!);

    /// <summary>The targets of its inline patches.</summary>
    public IEnumerable<(string Kind, string Name)> PatchTargets =>
        Items("patches").Select(patch => patch!["target"]).OfType<JsonNode>().Select(target => ((string)target["kind"]!, (string)target["name"]!));

    public override string ToString() => Path.GetRelativePath(Overlay.Folder, File);

    private IEnumerable<string> PathsOf(string key) => Items(key).Select(path => Full((string)path!));

    private JsonArray Items(string key) => _json[key]?.AsArray() ?? [];

    private string Full(string path) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(File)!, path));
}
