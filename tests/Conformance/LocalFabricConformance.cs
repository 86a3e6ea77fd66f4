using SseFabric.Channels;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Fabric;

namespace SseFabric.Conformance;

/// <summary><see cref="LocalFabric"/> with nothing but its own publishers.</summary>
public sealed class LocalFabricConformance : ChannelFabricConformance
{
    protected override ValueTask<FabricUnderTest> CreateAsync(IReadOnlyList<ChannelRule> rules) => new(new Local(rules));

    private sealed class Local(IReadOnlyList<ChannelRule> rules) : FabricUnderTest
    {
        private readonly LocalFabricParts _parts = new(new FabricOptions { Channels = [.. rules] }, new NoSource());

        public override IChannelFabric Fabric => _parts.Fabric;

        public override ValueTask DisposeAsync() => _parts.DisposeAsync();
    }
}
