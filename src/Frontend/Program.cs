using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Frontend.Engine;
using SseFabric.Frontend.Hosting;
using SseFabric.Frontend.Management;
#if CLUSTERING
using SseFabric.Frontend.Clustering;
#endif

var exitCode = ProgramStart.TryRead(args, FabricProgram.Frontend, out var start, Listening.Check);
if (start is null)
{
    return exitCode;
}

var builder = FrontendBuilder.Create(start);
#if CLUSTERING
builder.AddSseFabricCluster(start.Options);
#endif
if (start.Options.Engine.Enabled)
{
    builder.Services.AddSseFabricEngine();
    builder.Services.AddSingleton<ExpressLane>();
}

builder.Services.AddSseFabric(start.Options);

var app = builder.Build();
app.UseProblemDetails();
if (start.Options.Management.Listen.Length > 0)
{
    app.Use(ManagementListenerPolicy.RefuseOthers);
}

if (start.Options.Stream.Cors.Origins.Count > 0)
{
    // Costs every stream a service scope for its whole life.
    app.UseCors();
}

app.MapSseFabric();
return await app.RunToEndAsync();
