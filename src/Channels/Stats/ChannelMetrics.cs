using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using SseFabric.Channels.History;

namespace SseFabric.Channels.Stats;

/// <summary>What is measured of the channels that this process owns, on the meter <c>SseFabric.Channels</c>.</summary>
internal sealed class ChannelMetrics(IMeterFactory meters, OwnedChannels owned) : IHostedService
{
    /// <summary>Creates the instruments.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create(HistoryMetrics.MeterName);
        meter.CreateObservableUpDownCounter("ssefabric.channels.subscribed", () => owned.Counts.Channels, "{channel}", "Channels of this process that have subscribers, on any frontend.");
        meter.CreateObservableCounter("ssefabric.events.published", () => owned.Counts.Published, "{event}", "Events that channels of this process have accepted.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
