using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SseFabric.Contracts.Clustering;
using SseFabric.Grains.Channels;

namespace SseFabric.Grains.Stats;

/// <summary>Reports what this process counts, every half second and once more at its end.</summary>
internal sealed partial class StatsReporter(IGrainFactory grains, OwnCounts own, ChannelSilos channelSilos, ILocalSiloDetails silo, TimeProvider time, ILogger<StatsReporter> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    private StatsReceipt _receipt;
    private CountedTotals _acknowledged;
    private ChannelCount[]? _channels;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await ReportAsync().WaitAsync(s_farewell, time, cancellationToken);
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
        {
            // The totals lack what was counted since the last report.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_beat, time);
        try
        {
            do
            {
                await TryReportAsync();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private async Task TryReportAsync()
    {
        try
        {
            await ReportAsync();
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
        {
            // It may have been taken all the same, so what is known there is not known here.
            _channels = null;
            Log.NotTaken(logger, exception.Message);
        }
    }

    private async Task ReportAsync()
    {
        if (!channelSilos.AreThere)
        {
            // Nor is there one that has the cluster's counts.
            _channels = null;
            return;
        }

        var counts = own.Read();
        var channels = own.Channels();
        var isSame = _channels is not null && channels.AsSpan().SequenceEqual(_channels);
        var report = new StatsReport(counts, isSame ? null : channels, _acknowledged, _receipt.Cluster);
        var receipt = await StatsGrain.Of(grains).ReportAsync(silo.SiloAddress, report);

        // Another activation doesn't know what "the same" are: it is told all of them next time.
        _channels = isSame && receipt.Activation != _receipt.Activation ? null : channels;
        (_receipt, _acknowledged) = (receipt, counts.Totals);
    }

    private static partial class Log
    {
        [LoggerMessage(2520, LogLevel.Debug, "What this process has counted can't be reported now: {Reason}", EventName = nameof(NotTaken))]
        public static partial void NotTaken(ILogger logger, string reason);
    }
}
