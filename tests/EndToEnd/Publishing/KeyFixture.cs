using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Publishing;

/// <summary>The program with two keys, and a listed origin.</summary>
public sealed class KeyFixture : FrontendFixture
{
    public const string Key = "geheim-1";
    public const string OtherKey = "geheim 2 é";
    public const string Page = "https://page.example";

    private HttpPublisher? _keyless;

    public HttpPublisher Keyless => _keyless ??= new HttpPublisher(Fabric.Address);

    protected override string[] Arguments =>
        [.. base.Arguments, $"--Fabric:Publish:Keys:0={Key}", $"--Fabric:Publish:Keys:1={OtherKey}", $"--Fabric:Publish:Origins:0={Page}"];
}
