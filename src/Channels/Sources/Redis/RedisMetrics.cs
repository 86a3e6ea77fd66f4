using System.Diagnostics.Metrics;
using SseFabric.Channels.History;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>What is measured of the Redis servers that messages come from, on the meter <c>SseFabric.Channels</c>.</summary>
public sealed class RedisMetrics(IMeterFactory meters)
{
    /// <summary>Creates the instruments.</summary>
    /// <param name="sources">The servers, by the name in <c>Fabric:Servers</c> or <c>default</c>.</param>
    internal void Watch(IReadOnlyList<(string Server, RedisSource Source)> sources)
    {
        var meter = meters.Create(HistoryMetrics.MeterName);
        meter.CreateObservableGauge("ssefabric.redis.connected", Of(source => source.IsConnected ? 1 : 0), "1", "Whether the server answers: 1 or 0.");
        meter.CreateObservableCounter("ssefabric.redis.messages", Of(source => source.Counters.Messages), "{message}", "Messages received for channels that were subscribed.");
        meter.CreateObservableCounter("ssefabric.redis.messages.size", Of(source => source.Counters.Bytes), "By", "Bytes of their payloads.");
        meter.CreateObservableCounter("ssefabric.redis.oversized", Of(source => source.Counters.Oversized), "{message}", "Messages larger than their channel's limit.");
        meter.CreateObservableCounter("ssefabric.redis.losses", Of(source => source.Counters.Losses), "{connection}", "Times that the connection was lost.");

        Func<IEnumerable<Measurement<long>>> Of(Func<RedisSource, long> read) =>
            () => sources.Select(source => new Measurement<long>(read(source.Source), new KeyValuePair<string, object?>("server", source.Server)));
    }
}
