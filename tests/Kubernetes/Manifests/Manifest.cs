using System.Text.Json.Nodes;

namespace SseFabric.Kubernetes.Manifests;

/// <summary>One object of Kubernetes.</summary>
internal sealed class Manifest(JsonObject json)
{
    public JsonObject Json { get; } = json;

    public string Kind => (string)Json["kind"]!;

    public string Name => (string)Json["metadata"]!["name"]!;

    public IReadOnlyDictionary<string, string> Labels => Texts(Json["metadata"]!["labels"]);

    public JsonNode Spec => Json["spec"]!;

    /// <summary>What the pods of a workload are made of; null for what has none.</summary>
    public JsonNode? PodTemplate => Kind is "Deployment" or "StatefulSet" ? Spec["template"] : null;

    public JsonNode PodSpec => PodTemplate!["spec"]!;

    public IReadOnlyDictionary<string, string> PodLabels => Texts(PodTemplate!["metadata"]!["labels"]);

    public JsonNode Container => Assert.Single(PodSpec["containers"]!.AsArray())!;

    /// <summary>The ports of the pods by name.</summary>
    public IReadOnlyDictionary<string, int> Ports =>
        Container["ports"]!.AsArray().ToDictionary(port => (string)port!["name"]!, port => (int)port!["containerPort"]!);

    public static IReadOnlyDictionary<string, string> Texts(JsonNode? node) =>
        node?.AsObject().ToDictionary(pair => pair.Key, pair => (string)pair.Value!) ?? [];

    /// <summary>Whether a selector of labels, empty or not, takes the labels.</summary>
    public static bool Selects(JsonNode? matchLabels, IReadOnlyDictionary<string, string> labels) =>
        Texts(matchLabels).All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);

    public override string ToString() => $"{Kind} {Name}";
}
