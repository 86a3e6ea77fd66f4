using SseFabric.Channels.Hosting;
using SseFabric.TestKit.Processes;

namespace SseFabric.Kubernetes.Images;

/// <summary>What an image would hold: its Dockerfile's command, run in a folder with what the Dockerfile copies there and nothing else.</summary>
internal sealed class PublishedImage : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);
    private readonly DirectoryInfo _folder;

    // Open to others, unlike the framework's own temporary folders: another user runs it.
    private PublishedImage() => _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"ssefabric-image-{Guid.NewGuid():N}"));

    public string App => Path.Combine(_folder.FullName, "app");

    public static async Task<PublishedImage> BuildAsync(Dockerfile dockerfile)
    {
        var image = new PublishedImage();
        try
        {
            await image.PublishAsync(dockerfile);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Starts the program as Kubernetes would: read-only, as the image's user, without any capability. Needs root, to give that up.</summary>
    public ServerProcess Start(Dockerfile dockerfile, IReadOnlyDictionary<string, string?> environment, params string[] args)
    {
        Need.Root();
        var (unshare, setpriv) = (Need.Tool("unshare"), Need.Tool("setpriv"));
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Need.Tool("dotnet");
        var script = $"mount --make-rprivate / && mount -o remount,bind,ro / && cd {App} && ! touch {App}/written 2>&1 && "
            + $"exec {setpriv} --reuid 1654 --regid 1654 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all {dotnet} \"$@\"";
        var all = new Dictionary<string, string?>(environment) { ["HOME"] = "/nonexistent", ["DOTNET_EnableDiagnostics"] = "0" };
        return ServerProcess.Start(unshare, ["--mount", "sh", "-c", script, "sh", $"SseFabric.{dockerfile.Project}.dll", .. args], all);
    }

    /// <summary>Puts a file beside the program.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task PublishAsync(Dockerfile dockerfile)
    {
        var source = Path.Combine(_folder.FullName, "source");
        var ignore = new DockerIgnore();
        foreach (var path in dockerfile.Sources.SelectMany(FilesOf).Where(path => !ignore.Ignores(path)))
        {
            var target = Path.Combine(source, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Repository.Root, path), target);
        }

        var command = dockerfile.Publish.Select(word => word == "/app" ? App : word).Append("-nodeReuse:false").ToList();
        var environment = new Dictionary<string, string?> { ["Clustering"] = Engine.HasClustering ? "true" : "false", ["UseSharedCompilation"] = "false" };
        await using var publish = ServerProcess.Start(command[0] == "dotnet" ? Need.Tool("dotnet") : command[0], command[1..], environment, source);
        var exitCode = await publish.WaitForExitAsync(s_patience);
        Assert.True(exitCode == 0, publish.Tail());
    }

    private static IEnumerable<string> FilesOf(string source)
    {
        var path = Path.Combine(Repository.Root, source);
        return File.Exists(path) ? [source] : Directory.GetFiles(path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file));
    }
}
