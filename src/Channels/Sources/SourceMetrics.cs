using System.Diagnostics.Metrics;
using SseFabric.Channels.History;

namespace SseFabric.Channels.Sources;

/// <summary>What is measured of the servers that messages come from, on the meter <c>SseFabric.Channels</c>.</summary>
public sealed class SourceMetrics(IMeterFactory meters)
{
    /// <summary>Creates the instruments of one kind of server.</summary>
    /// <param name="kind">Its part of their names.</param>
    /// <param name="sources">The servers, by the name in <c>Fabric:Servers</c> or <c>default</c>.</param>
    internal void Watch(string kind, IReadOnlyList<(string Server, IServerSource Source)> sources)
    {
        var meter = meters.Create(HistoryMetrics.MeterName);
        meter.CreateObservableGauge($"ssefabric.{kind}.connected", Of(source => source.IsConnected ? 1 : 0), "1", "Whether the server answers: 1 or 0.");
        meter.CreateObservableCounter($"ssefabric.{kind}.messages", Of(source => source.Counters.Messages), "{message}", "Messages received for channels that were subscribed.");
        meter.CreateObservableCounter($"ssefabric.{kind}.messages.size", Of(source => source.Counters.Bytes), "By", "Bytes of their payloads.");
        meter.CreateObservableCounter($"ssefabric.{kind}.oversized", Of(source => source.Counters.Oversized), "{message}", "Messages larger than their channel's limit.");
        meter.CreateObservableCounter($"ssefabric.{kind}.losses", Of(source => source.Counters.Losses), "{connection}", "Times that the connection was lost.");

        Func<IEnumerable<Measurement<long>>> Of(Func<IServerSource, long> read) =>
            () => sources.Select(source => new Measurement<long>(read(source.Source), new KeyValuePair<string, object?>("server", source.Server)));
    }
}
