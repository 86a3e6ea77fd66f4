using SseFabric.Contracts;
using SseFabric.Contracts.Stats;

namespace SseFabric.Channels.Stats;

/// <summary>What is counted in a fabric of one process. Any thread.</summary>
internal sealed class LocalStats(LocalFabric fabric, OwnedChannels channels, IEnumerable<IFrontendReport> frontends, TimeProvider time) : IFabricStats
{
    private static readonly string s_name = $"all-{Environment.MachineName}-{Environment.ProcessId}".ToLowerInvariant();
    private readonly IFrontendReport? _frontend = frontends.FirstOrDefault();

    public ValueTask<FabricStats> ReadAsync(CancellationToken cancellationToken)
    {
        var owned = channels.Counts;
        var counts = _frontend?.Counts;
        var state = _frontend?.IsDraining == true ? ProcessState.Draining : ProcessState.Active;
        return new(new FabricStats(
            time.GetUtcNow(),
            counts ?? default,
            owned.Published,
            owned.Channels,
            channels.Top(FabricStats.MaxChannels),
            [new ProcessStats(s_name, "", state, counts, owned) { Lag = _frontend?.Lag ?? [] }]));
    }

    public ValueTask<ChannelStats?> ReadAsync(ChannelName channel, CancellationToken cancellationToken) =>
        new(fabric.TrafficOf(channel) is { } traffic ? channels.Stats(traffic) : new ChannelStats(channel, 0, 0));
}
