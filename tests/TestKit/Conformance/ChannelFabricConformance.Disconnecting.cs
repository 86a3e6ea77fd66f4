using SseFabric.Contracts;
using Xunit;

namespace SseFabric.TestKit.Conformance;

public abstract partial class ChannelFabricConformance
{
    [Fact]
    public async Task Disconnect_ChannelOrToken_ReachesTheSinkAndTellsItsCount()
    {
        Sink.Streams = 3;
        var (channel, token) = (Disconnection.OfChannel(ChannelName.Parse(Unique("ü"))), Disconnection.OfToken("jti"));

        var ofChannel = await Fabric.DisconnectAsync(channel, TestContext.Current.CancellationToken);
        var ofToken = await Fabric.DisconnectAsync(token, TestContext.Current.CancellationToken);

        Assert.Equal([channel, token], Sink.Disconnections);
        Assert.Equal((new DisconnectResult(3, 0), new DisconnectResult(3, 0)), (ofChannel, ofToken));
    }

    /// <summary>A delivery that is held up doesn't hold up the end of streams.</summary>
    [Fact]
    public async Task Disconnect_WhileADeliveryIsHeldUp_IsNotHeldUp()
    {
        var channel = Unique();
        await AttachAsync(channel);
        Sink.Hold();
        try
        {
            await PublishAsync(channel, "a");
            await Sink.WaitForHeldAsync();

            Assert.Equal(0, (await Fabric.DisconnectAsync(Disconnection.OfToken("jti"), TestContext.Current.CancellationToken)).Unreached);
        }
        finally
        {
            Sink.Release();
        }
    }
}
