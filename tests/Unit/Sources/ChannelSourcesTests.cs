using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Unit.Sources;

public class ChannelSourcesTests
{
    [Fact]
    public async Task Channel_WithoutRedis_IsSubscribedAtOnce()
    {
        await using var sources = Create(new FabricOptions());

        Assert.Equal("the fabric's own publishers", sources.Description);
        Assert.True(await sources.SubscribeAsync(ChannelName.Parse("a"), new RecordingObserver("a", []), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Channel_OfAServerThatIsAway_IsNotSubscribed()
    {
        // Port 1 is nobody's.
        var options = new FabricOptions { Channels = [new ChannelRule { Match = "b*", Server = "B" }] };
        options.Servers["b"] = "127.0.0.1:1";
        await using var sources = Create(options);

        Assert.Equal("the fabric's own publishers and Redis 127.0.0.1:1", sources.Description);
        Assert.True(await sources.SubscribeAsync(ChannelName.Parse("a"), new RecordingObserver("a", []), TestContext.Current.CancellationToken));
        Assert.False(await sources.SubscribeAsync(ChannelName.Parse("b1"), new RecordingObserver("b", []), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Configuration_ThatIsNone_IsRefused() =>
        Assert.Throws<FormatException>(() => Create(new FabricOptions { Redis = "127.0.0.1,colour=red" }));

    private static ChannelSources Create(FabricOptions options) =>
        new(options, ChannelRules.Of(options), IngestGate.Default(), TimeProvider.System, NullLoggerFactory.Instance);
}
