using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Authorization;

/// <summary>Knows whether tokens count here, and checks them. Immutable; any thread.</summary>
internal sealed class TokenAuthority(AuthOptions options, TimeProvider time)
{
    /// <summary>Checks tokens; null: <c>Fabric:Auth:Jwt</c> is not set, and there are none.</summary>
    public TokenValidator? Validator { get; } = options.Jwt is { } jwt ? new TokenValidator(jwt, time) : null;
}
