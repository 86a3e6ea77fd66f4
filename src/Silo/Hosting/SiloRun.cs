using SseFabric.Channels.Hosting;

namespace SseFabric.Silo.Hosting;

/// <summary>Runs the silo program.</summary>
internal static class SiloRun
{
    /// <summary>Starts, prints the ready line, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> RunToEndAsync(this IHost host) =>
        host.RunToEndAsync(wanted: [], () => [$"silo {host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.Endpoint}"]);
}
