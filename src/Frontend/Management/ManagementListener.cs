using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SseFabric.Frontend.Management;

/// <summary>Marks the connections to <c>Fabric:Management:Listen</c>: by the listener that took them, as nothing in a request can be believed about that.</summary>
internal sealed class ManagementListener
{
    /// <summary>The name of its endpoint in Kestrel's configuration, behind all others.</summary>
    public const string EndpointName = "~management";

    private static readonly ManagementListener s_mark = new();

    public static bool Took(HttpContext context) => context.Features.Get<ManagementListener>() is not null;

    /// <summary>Marks the listener's connections from now on.</summary>
    public static void Configure(KestrelServerOptions kestrel) =>
        kestrel.ConfigurationLoader!.Endpoint(EndpointName, endpoint => endpoint.ListenOptions.Use(next => connection =>
        {
            connection.Features.Set(s_mark);
            return next(connection);
        }));
}
