using System.Text.Json;
using SseFabric.Kubernetes.Manifests;
using SseFabric.TestKit.Processes;

namespace SseFabric.Kubernetes.Images;

/// <summary>Without Docker: that what the Dockerfiles name exists, and that the image fits its pod.</summary>
[Trait("Suite", "Kubernetes")]
public sealed class DockerfileTests
{
    public static TheoryData<string> Projects => Dockerfile.Projects;

    [Theory]
    [MemberData(nameof(Projects))]
    public void Sources_AllOfThem_ExistAndReachTheBuild(string project)
    {
        var ignore = new DockerIgnore();

        Assert.All(new Dockerfile(project).Sources, source =>
        {
            Assert.True(Path.Exists(Path.Combine(Repository.Root, source)), source);
            Assert.False(ignore.Ignores(source), source);
        });
    }

    [Theory]
    [InlineData("src/Frontend/Program.cs", false)]
    [InlineData("src/Frontend/obj/project.assets.json", true)]
    [InlineData("src/Frontend/bin/Release/a.dll", true)]
    [InlineData("eng/build.sh", true)]
    [InlineData("artifacts/normal/bin/a.dll", true)]
    [InlineData(".git/config", true)]
    [InlineData("secret.env", true)]
    public void Ignore_Path_IsDecided(string path, bool isIgnored) => Assert.Equal(isIgnored, new DockerIgnore().Ignores(path));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Image_IsChiselled_AndNobodysRoot(string project)
    {
        var image = new Dockerfile(project);

        Assert.Equal("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled", image.The("FROM"));
        Assert.Equal("$APP_UID", image.The("USER"));
        Assert.DoesNotContain(image.Last, instruction => instruction.Name == "RUN");
        Assert.Contains("src/" + project, image.Publish);
        Assert.Equal(["dotnet", $"SseFabric.{project}.dll"], JsonSerializer.Deserialize<string[]>(image.The("ENTRYPOINT"))!);
    }

    /// <summary>No folder of it is writable, so .NET must not look for one.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Image_Diagnostics_AreOff(string project) => Assert.Contains("DOTNET_EnableDiagnostics=0", new Dockerfile(project).The("ENV"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Image_Ports_AreItsPods(string project)
    {
        var pod = (await Overlay.BuildAsync("overlays/small")).The("Deployment", $"sse-fabric-{project.ToLowerInvariant()}");

        Assert.Equal(pod.Ports.Values.Order(), new Dockerfile(project).The("EXPOSE").Split(' ').Select(port => int.Parse(port, null)).Order());
        // The user app of the image.
        Assert.Equal(1654, (int)pod.PodSpec["securityContext"]!["runAsUser"]!);
    }
}
