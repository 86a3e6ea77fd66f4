using SseFabric.Channels.Hosting;

namespace SseFabric.Silo.Hosting;

/// <summary>Makes the host of the silo program. It listens to nothing but the other silos.</summary>
internal static class SiloBuilder
{
    // What Orleans needs to stop once the channels have moved.
    private static readonly TimeSpan s_stopMargin = TimeSpan.FromSeconds(10);

    /// <summary>A builder with the configuration that has been read, and no other.</summary>
    public static HostApplicationBuilder Create(ProgramStart start)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            EnvironmentName = start.EnvironmentName,
            ContentRootPath = start.ContentRoot,
        });
        builder.Configuration.AddConfiguration(start.Configuration);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole();
        builder.Services.AddHostedService<TelemetryExport>();
        builder.HideStackTracesOfStart();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = start.Options.Drain.Window + s_stopMargin);
        return builder;
    }
}
