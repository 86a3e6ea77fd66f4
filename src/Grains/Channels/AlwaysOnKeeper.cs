using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Grains.Channels;

/// <summary>Keeps the <c>AlwaysOn</c> channels subscribed, after the death of their owner too. Each silo with channels does it; the grain makes it once.</summary>
internal sealed partial class AlwaysOnKeeper(IGrainFactory grains, ChannelRules rules, TimeProvider time, ILogger<AlwaysOnKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var channels = rules.AlwaysOn.ToArray();
        if (channels.Length == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(s_beat, time);
        try
        {
            do
            {
                await Parallel.ForEachAsync(channels, stoppingToken, (channel, _) => EnsureAsync(channel));
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private async ValueTask EnsureAsync(ChannelName channel)
    {
        try
        {
            if (!await grains.ChannelGrain(channel).EnsureSubscribedAsync())
            {
                Log.SourceAway(logger, channel);
            }
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
        {
            Log.OwnerAway(logger, channel, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Warning, "Channel {Channel} is always on, but its source can't be reached now.", EventName = nameof(SourceAway))]
        public static partial void SourceAway(ILogger logger, ChannelName channel);

        [LoggerMessage(2021, LogLevel.Warning, "Channel {Channel} is always on, but no silo can own it now.", EventName = nameof(OwnerAway))]
        public static partial void OwnerAway(ILogger logger, ChannelName channel, Exception exception);
    }
}
