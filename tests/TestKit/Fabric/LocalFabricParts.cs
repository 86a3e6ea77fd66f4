using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SseFabric.Channels;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.History;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Stats;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Fabric;

/// <summary>A <see cref="LocalFabric"/> around a source, with what it is made of.</summary>
public sealed class LocalFabricParts : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddLogging().BuildServiceProvider();
    private readonly HistoryStores _stores;

    /// <param name="options">The channels' rules, and the servers of their histories.</param>
    /// <param name="source">Not disposed.</param>
    /// <param name="gate">Default: one of its own.</param>
    /// <param name="time">Default: the system's.</param>
    public LocalFabricParts(FabricOptions options, IChannelSource source, IngestGate? gate = null, TimeProvider? time = null)
    {
        gate ??= IngestGate.Default();
        time ??= TimeProvider.System;
        var rules = ChannelRules.Of(options);
        var meters = _services.GetRequiredService<IMeterFactory>();
        Counted = new MetricRecorder(meters);
        _stores = new HistoryStores(options, rules, time);
        var intakes = new ChannelIntakes(rules, _stores, gate, time, new HistoryMetrics(meters), _services.GetRequiredService<ILoggerFactory>());
        Fabric = new LocalFabric(rules, source, gate, intakes, new OwnedChannels(time), time);
    }

    /// <summary>The fabric.</summary>
    public LocalFabric Fabric { get; }

    /// <summary>What it has counted.</summary>
    public MetricRecorder Counted { get; }

    public async ValueTask DisposeAsync()
    {
        Fabric.Dispose();
        await _stores.DisposeAsync();
        Counted.Dispose();
        await _services.DisposeAsync();
    }
}
