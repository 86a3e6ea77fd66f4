using Microsoft.Extensions.Logging;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;
using SseFabric.Contracts.Stats;
using SseFabric.Grains.Channels;

namespace SseFabric.Grains.Stats;

/// <summary>What the cluster counts, as the stats grain knows it; this process's own part as it is now. Any thread.</summary>
internal sealed partial class ClusterStats(
    IGrainFactory grains, OwnCounts own, ChannelSilos channelSilos, IClusterMembershipService membership, ILocalSiloDetails silo, TimeProvider time, ILogger<ClusterStats> logger)
    : IFabricStats
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private Task _reading = Task.CompletedTask;
    private long _readAt;
    private volatile StatsSnapshot? _last;
    private CountedTotals _told;

    /// <summary>The totals of all, with a process's own as they are now.</summary>
    public static CountedTotals Totals(StatsSnapshot snapshot, SiloAddress process, CountedTotals own)
    {
        var reported = snapshot.Gone + CountedTotals.Sum(snapshot.Processes.Values.Select(counts => counts.Totals));

        // One that the grain has not heard of yet may have its part in what is gone.
        return snapshot.Processes.TryGetValue(process, out var last) ? reported.Without(last.Totals) + own : reported.AtLeast(own);
    }

    /// <inheritdoc/>
    public async ValueTask<FabricStats> ReadAsync(CancellationToken cancellationToken)
    {
        await FreshAsync().WaitAsync(cancellationToken);
        return Of(_last ?? new StatsSnapshot(time.GetUtcNow().ToUnixTimeMilliseconds(), default, own.Channels(), []));
    }

    /// <inheritdoc/>
    public async ValueTask<ChannelStats?> ReadAsync(ChannelName channel, CancellationToken cancellationToken)
    {
        try
        {
            if (!await channelSilos.WaitAsync(cancellationToken))
            {
                return null;
            }

            var count = await grains.ChannelGrain(channel).CountAsync().WaitAsync(cancellationToken);
            return new ChannelStats(channel, count.Subscribers, count.Rate);
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception) && !cancellationToken.IsCancellationRequested)
        {
            Log.NotRead(logger, exception.Message);
            return null;
        }
    }

    // Whoever asks within a moment shares the answer, however many they are.
    private Task FreshAsync()
    {
        lock (_lock)
        {
            if (_reading.IsCompleted && (_last is null || time.GetElapsedTime(_readAt) >= s_fresh))
            {
                _readAt = time.GetTimestamp();
                _reading = ReadAsync();
            }

            return _reading;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            if (channelSilos.AreThere)
            {
                _last = await StatsGrain.Of(grains).ReadAsync();
            }
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
        {
            Log.NotRead(logger, exception.Message);
        }
    }

    private FabricStats Of(StatsSnapshot snapshot)
    {
        var mine = own.Read();
        var processes = new SortedDictionary<SiloAddress, ProcessCounts>(snapshot.Processes) { [silo.SiloAddress] = mine };
        var totals = AtLeastTold(Totals(snapshot, silo.SiloAddress, mine.Totals));

        // Alone, all channels are this process's own.
        var channels = processes.Count == 1 ? own.Channels() : snapshot.Channels;
        var connected = processes.Values.Sum(counts => counts.Connected);
        return new FabricStats(
            DateTimeOffset.FromUnixTimeMilliseconds(snapshot.AsOf),
            new FrontendCounts(connected, totals.Served, totals.Events, totals.Missing),
            totals.Published,
            processes.Values.Sum(counts => counts.Channels),
            Array.ConvertAll(channels, channel => new ChannelStats(ChannelName.Parse(channel.Channel), channel.Subscribers, channel.Rate)),
            [.. processes.Select(process => Of(process.Key, process.Value)).OrderBy(process => process.Name, StringComparer.Ordinal)])
        {
            IsMineToExport = processes.First(process => process.Value.CanExport || process.Key.Equals(silo.SiloAddress)).Key.Equals(silo.SiloAddress),
        };
    }

    // A grain that has just taken over hears of what the dead had counted with the reports of those who know: until then less than what has been told is too little.
    private CountedTotals AtLeastTold(CountedTotals totals)
    {
        lock (_lock)
        {
            return _told = _told.AtLeast(totals);
        }
    }

    private ProcessStats Of(SiloAddress address, ProcessCounts counts) => new(
        counts.Name,
        address.Endpoint.ToString(),
        membership.CurrentSnapshot.GetSiloStatus(address) switch
        {
            SiloStatus.None or SiloStatus.Created or SiloStatus.Joining => ProcessState.Joining,
            SiloStatus.Active => counts.IsDraining ? ProcessState.Draining : ProcessState.Active,
            _ => ProcessState.Leaving,
        },
        counts.IsFrontend ? new FrontendCounts(counts.Connected, counts.Totals.Served, counts.Totals.Events, counts.Totals.Missing) : null,
        counts.IsOwner ? new OwnerCounts(counts.Channels, counts.Totals.Published) : null)
    {
        Lag = counts.Lag ?? [],
    };

    private static partial class Log
    {
        [LoggerMessage(2521, LogLevel.Debug, "What the cluster has counted can't be read now: {Reason}", EventName = nameof(NotRead))]
        public static partial void NotRead(ILogger logger, string reason);
    }
}
