using System.Net;
using System.Net.Sockets;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.TestKit;

[Trait("Suite", "Unit")]
[Trait("Needs", "root")]
public sealed class NetworkNamespaceTests
{
    [Fact]
    public async Task Vanish_ClientCloses_ServerHearsNothing()
    {
        await using var space = await NetworkNamespace.CreateAsync();
        using var listener = new TcpListener(space.Host, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var client = space.CreateSocket();
        await client.ConnectAsync(space.Host, port, TestContext.Current.CancellationToken).AsTask().Within("a connection out of the namespace");
        using var server = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await client.SendAsync("x"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[1];
        Assert.Equal(1, await server.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        Assert.Equal(space.Peer, ((IPEndPoint)server.RemoteEndPoint!).Address);
        Assert.Single(TcpTable.PeersOf(port));

        await space.VanishAsync();
        client.Dispose();
        var heard = server.ReceiveAsync(buffer, TestContext.Current.CancellationToken).AsTask();
        await server.SendAsync("y"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Single(TcpTable.PeersOf(port));
        Assert.False(heard.IsCompleted);

        await space.ReturnAsync();
        await heard.ContinueWith(_ => { }, TaskScheduler.Default).Within("the reset that was held back");
    }
}
