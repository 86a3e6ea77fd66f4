using System.Net;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Client;

/// <summary>A running program as the conformance suite of publishers wants it.</summary>
public class PublisherFixture : IAsyncLifetime
{
    public SseFabricProcess Fabric { get; private set; } = null!;

    protected virtual string[] Arguments => [];

    public virtual async ValueTask InitializeAsync() => Fabric = await SseFabricProcess.StartAsync(
        ["--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:MaxEventBytes=4096", "--Fabric:Channels:0:History:Count=1000", .. Arguments]);

    public virtual async ValueTask DisposeAsync()
    {
        if (Fabric is not null)
        {
            await Fabric.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A way to the program's HTTP that can be cut.</summary>
    public TcpProxy Proxy() => new(new IPEndPoint(IPAddress.Loopback, Fabric.Address.Port));
}
