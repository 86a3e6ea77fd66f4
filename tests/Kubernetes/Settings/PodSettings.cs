using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using SseFabric.Channels.Configuration;
using SseFabric.Kubernetes.Manifests;

namespace SseFabric.Kubernetes.Settings;

/// <summary>What a pod of the fabric is told: its settings file and its environment, with values in place of references.</summary>
internal sealed class PodSettings
{
    private static readonly Dictionary<string, string> s_secrets = new()
    {
        ["redis"] = "redis:6379,password=secret",
        ["publish-key"] = "a-key-to-publish",
        ["management-key"] = "a-key-to-manage",
    };

    private PodSettings(Manifest workload, string file, Dictionary<string, string?> environment) =>
        (Workload, File, Environment) = (workload, file, environment);

    public Manifest Workload { get; }

    /// <summary>The content of fabric.json.</summary>
    public string File { get; }

    public Dictionary<string, string?> Environment { get; }

    public FabricProgram Program => Workload.Name == "sse-fabric-silo" ? FabricProgram.Silo : FabricProgram.Frontend;

    public static PodSettings Of(Overlay overlay, string workload)
    {
        var pod = overlay.The("Deployment", workload);
        var volume = Assert.Single(pod.PodSpec["volumes"]!.AsArray())!;
        var map = overlay.The("ConfigMap", (string)volume["configMap"]!["name"]!);
        return new PodSettings(pod, (string)map.Json["data"]!["fabric.json"]!, pod.Container["env"]!.AsArray().ToDictionary(each => (string)each!["name"]!, ValueOf));
    }

    /// <summary>The options as the program reads them: refused ones fail the test.</summary>
    public FabricOptions Read()
    {
        // As the environment is read, by the real provider's rules: two underscores are a colon.
        var environment = Environment.ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => pair.Value);
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(File)))
            .AddInMemoryCollection(environment).Build();
        var errors = new List<OptionError>();
        var options = FabricOptionsReader.Read(configuration, Program, errors);
        Assert.Empty(errors);
        return options;
    }

    private static string? ValueOf(JsonNode? variable) => variable switch
    {
        _ when variable!["value"] is { } value => (string)value!,
        _ when variable["valueFrom"]!["secretKeyRef"] is { } secret => s_secrets[(string)secret["key"]!],
        _ when (string?)variable["valueFrom"]!["fieldRef"]?["fieldPath"] == "status.podIP" => "127.0.0.1",
        _ => throw new NotSupportedException(variable.ToJsonString()),
    };
}
