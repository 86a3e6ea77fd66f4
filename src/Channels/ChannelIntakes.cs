using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.History;
using SseFabric.Channels.History.Recording;
using SseFabric.Channels.History.Redisse;
using SseFabric.Channels.Ordering;
using SseFabric.Channels.Sources;

namespace SseFabric.Channels;

/// <summary>Says where what is published on a channel goes in, as the store of its history demands. Any thread.</summary>
public sealed class ChannelIntakes(ChannelRules rules, HistoryStores stores, IngestGate gate, TimeProvider time, HistoryMetrics metrics, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<RecordedIntake>();
    private readonly ILogger _redisseLogger = loggers.CreateLogger<RedisseIntake>();

    /// <summary>The intake of a channel that begins to live here.</summary>
    public IChannelIntake For(ChannelCore core) =>
        stores.For(core.Name) is { } store ? new RecordedIntake(core, store, gate, time, metrics, _logger)
        : stores.RedisseFor(core.Name) is { } redisse ? new RedisseIntake(core, rules.For(core.Name), redisse, gate, time, metrics, _redisseLogger)
        : core;
}
