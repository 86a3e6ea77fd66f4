using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Publishing;

/// <summary>The program as it starts by default, with a publisher over HTTP.</summary>
public sealed class PublishFixture : FrontendFixture
{
    private HttpPublisher? _http;

    public HttpPublisher Http => _http ??= new HttpPublisher(Fabric.Address);
}
