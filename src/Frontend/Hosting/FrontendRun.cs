using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;

namespace SseFabric.Frontend.Hosting;

/// <summary>Runs the frontend program.</summary>
internal static class FrontendRun
{
    /// <summary>Starts, prints the ready line, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> RunToEndAsync(this WebApplication app) => app.RunToEndAsync(Listening.Configured(app.Configuration), () => Addresses(app));

    private static string[] Addresses(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        var options = app.Services.GetRequiredService<FabricOptions>();
        var last = addresses.Length - 1;
        if (options.Management.Listen.Length > 0)
        {
            addresses[last--] += " (management)";
        }

        if (options.H2c.Listen.Length > 0)
        {
            addresses[last] += " (HTTP/2)";
        }

        return addresses;
    }
}
