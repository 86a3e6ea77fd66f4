using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SseFabric.Channels.Hosting;
using SseFabric.Frontend.Management;

namespace SseFabric.Frontend.Hosting;

/// <summary>Makes the host of the frontend program: Kestrel, logging, answers to requests that fail.</summary>
internal static class FrontendBuilder
{
    // More than Orleans and Kestrel need to stop once the streams are closed.
    private static readonly TimeSpan s_stopMargin = TimeSpan.FromSeconds(10);

    /// <summary>A builder with the configuration that has been read, and no other.</summary>
    public static WebApplicationBuilder Create(ProgramStart start)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            EnvironmentName = start.EnvironmentName,
            ContentRootPath = start.ContentRoot,
        });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(start.Configuration).AddInMemoryCollection(Listening.ForKestrel(start));

        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets => sockets.Backlog = 4096);
        builder.WebHost.ConfigureKestrel(ConfigureKestrel);
        if (start.Options.Management.Listen.Length > 0)
        {
            builder.WebHost.ConfigureKestrel(ManagementListener.Configure);
            builder.Services.AddSingleton<MatcherPolicy, ManagementListenerPolicy>();
        }

        builder.Services.AddHostedService<TelemetryExport>();
        builder.Services.AddProblemDetails();
        builder.HideStackTracesOfStart();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = start.Options.Drain.Window + s_stopMargin);
        return builder;
    }

    /// <summary>Requests that fail are answered with problem details; a 404 or 405 of the routes too.</summary>
    public static void UseProblemDetails(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // A stream is slow by nature. Who takes nothing at all is found by the subscriber's queue and heartbeat.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxConcurrentConnections = null;

        // A request may name 100 channels of 255 bytes, each byte as %XX.
        kestrel.Limits.MaxRequestLineSize = 128 << 10;

        // An application's headers go out as they came in: they were read so too.
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

        // Every stream of a proxy that speaks HTTP/2 to us is one of these.
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
    }
}
