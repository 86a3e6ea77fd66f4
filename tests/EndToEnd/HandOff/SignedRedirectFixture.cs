namespace SseFabric.EndToEnd.HandOff;

/// <summary>A frontend that takes signed redirects, at a path of its own, from anywhere.</summary>
public sealed class SignedRedirectFixture : FrontendFixture
{
    public const string Key = "a key of the redirect tests";

    public const string Path = "/internal/streams";

    protected override string[] Arguments =>
    [
        $"--Fabric:HandOff:SigningKey={Key}", $"--Fabric:HandOff:InternalPath={Path}", "--Fabric:HandOff:TrustUnsignedFrom:0=127.0.0.1", "--Fabric:HandOff:MaxChannels=3",
    ];
}
