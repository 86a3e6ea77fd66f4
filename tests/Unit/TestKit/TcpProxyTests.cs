using System.Net;
using System.Net.Sockets;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.TestKit;

[Trait("Suite", "Unit")]
public sealed class TcpProxyTests : IAsyncLifetime
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private TcpProxy _proxy = null!;
    private Socket _client = null!;
    private Socket _peer = null!;

    public async ValueTask InitializeAsync()
    {
        _server.Start();
        _proxy = new TcpProxy((IPEndPoint)_server.LocalEndpoint);
        _client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await _client.ConnectAsync(_proxy.EndPoint, TestContext.Current.CancellationToken);
        _peer = await _server.AcceptSocketAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _peer.Dispose();
        await _proxy.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task Forward_BothWays_PassesBytes()
    {
        await SendAsync(_client, 1);
        Assert.Equal(1, await ReceiveAsync(_peer));
        await SendAsync(_peer, 2);
        Assert.Equal(2, await ReceiveAsync(_client));
    }

    [Fact]
    public async Task Pause_ThenResume_DeliversWhatWasSentMeanwhile()
    {
        _proxy.Pause();
        await SendAsync(_client, 1);
        var arrival = ReceiveAsync(_peer);
        Assert.False(arrival.IsCompleted);

        _proxy.Resume();

        Assert.Equal(1, await arrival);
    }

    [Fact]
    public async Task Blackhole_ThenEnd_LosesWhatWasSentMeanwhile()
    {
        _proxy.Blackhole();
        await SendAsync(_client, 1);
        await Eventually.SeeAsync("the byte to be read by the proxy", () => _proxy.SwallowedBytes, swallowed => swallowed == 1);
        _proxy.EndBlackhole();
        await SendAsync(_client, 2);

        Assert.Equal(2, await ReceiveAsync(_peer));
    }

    [Fact]
    public async Task Cut_OpenConnection_IsResetOnBothSides()
    {
        _proxy.Cut();

        await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(_client));
        await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(_peer));
        await Eventually.SeeAsync("no connections", () => _proxy.Connections, count => count == 0);
    }

    [Fact]
    public async Task Forward_PeerCloses_ClosesTheOtherSide()
    {
        _client.Shutdown(SocketShutdown.Both);
        _client.Close();

        Assert.Equal(-1, await ReceiveAsync(_peer));
    }

    [Fact]
    public async Task Forward_PeerIsReset_ResetsTheOtherSide()
    {
        _peer.Close(0);

        await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(_client));
    }

    private static async Task SendAsync(Socket socket, byte value) => await socket.SendAsync(new[] { value }, TestContext.Current.CancellationToken);

    private static async Task<int> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[1];
        return await socket.ReceiveAsync(buffer).Within("a byte") == 1 ? buffer[0] : -1;
    }
}
