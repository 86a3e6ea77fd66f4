using SseFabric.Channels;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;

namespace SseFabric.Conformance;

/// <summary><see cref="LocalFabric"/> with nothing but its own publishers.</summary>
public sealed class LocalFabricConformance : ChannelFabricConformance
{
    protected override ValueTask<FabricUnderTest> CreateAsync(IReadOnlyList<ChannelRule> rules) => new(new Local(rules));

    private sealed class Local(IReadOnlyList<ChannelRule> rules) : FabricUnderTest
    {
        private readonly LocalFabric _fabric = new(new ChannelRules(rules), new NoSource(), IngestGate.Default(), TimeProvider.System);

        public override IChannelFabric Fabric => _fabric;

        public override ValueTask DisposeAsync()
        {
            _fabric.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
