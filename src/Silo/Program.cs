using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Grains.Hosting;
using SseFabric.Silo.Hosting;

var exitCode = ProgramStart.TryRead(args, FabricProgram.Silo, out var start);
if (start is null)
{
    return exitCode;
}

var builder = SiloBuilder.Create(start);
builder.UseOrleans(silo => silo.UseSseFabric(start.Options, ClusterRole.Channels));

return await builder.Build().RunToEndAsync();
