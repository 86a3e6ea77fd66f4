using System.Collections.Concurrent;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Cluster.Kit;

/// <summary>Counts the reads of histories that arrive at a silo's channels, by channel and caller.</summary>
internal sealed class HistoryReads : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<(string Channel, GrainId? Caller), int> _counts = new();

    public IReadOnlyDictionary<(string Channel, GrainId? Caller), int> Counts => _counts;

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is IChannelGrain && context.MethodName == nameof(IChannelGrain.ReadHistoryAsync))
        {
            _counts.AddOrUpdate((context.TargetId.Key.ToString()!, context.SourceId), 1, (_, count) => count + 1);
        }

        return context.Invoke();
    }

    public void Clear() => _counts.Clear();
}
