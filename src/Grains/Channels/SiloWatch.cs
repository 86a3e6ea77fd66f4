using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SseFabric.Grains.Channels;

/// <summary>Tells the log of a frontend when there is no silo with channels, and when there is one again.</summary>
internal sealed partial class SiloWatch(ChannelSilos silos, TimeProvider time, ILogger<SiloWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wereThere = true;
        using var timer = new PeriodicTimer(s_beat, time);
        try
        {
            do
            {
                var areThere = await silos.WaitAsync(stoppingToken);
                if (areThere != wereThere)
                {
                    wereThere = areThere;
                    Tell(areThere);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private void Tell(bool areThere)
    {
        if (areThere)
        {
            Log.SiloThere(logger);
        }
        else
        {
            Log.NoSilo(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2030, LogLevel.Warning, "There is no silo that could own channels: newcomers are told to come back, publishers that it can't be done now.", EventName = nameof(NoSilo))]
        public static partial void NoSilo(ILogger logger);

        [LoggerMessage(2031, LogLevel.Information, "There is a silo again that can own channels.", EventName = nameof(SiloThere))]
        public static partial void SiloThere(ILogger logger);
    }
}
