namespace SseFabric.EndToEnd.HandOff;

/// <summary>The same with signed redirects.</summary>
public sealed class SignedNginxFixture : NginxFixture
{
    protected override string SigningKey => "a key of the nginx tests";
}
