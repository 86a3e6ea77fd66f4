using System.Collections.Concurrent;

namespace SseFabric.Kubernetes.Images;

/// <summary>The images, each published once.</summary>
public sealed class ImageFixture : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Task<PublishedImage>> _images = new();

    internal Task<PublishedImage> GetAsync(Dockerfile dockerfile) =>
        _images.GetOrAdd(dockerfile.Project, _ => PublishedImage.BuildAsync(dockerfile));

    public async ValueTask DisposeAsync()
    {
        foreach (var image in _images.Values)
        {
            (await image).Dispose();
        }
    }
}
