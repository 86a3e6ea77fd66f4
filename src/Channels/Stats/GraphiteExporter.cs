using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts.Stats;

namespace SseFabric.Channels.Stats;

/// <summary>Sends the subscribers of each channel to the server of <c>Fabric:Graphite</c>, if there is one.</summary>
/// <remarks>The counts are those of the whole cluster, and of all processes that could send them one does, the first by address.</remarks>
internal sealed partial class GraphiteExporter(IFabricStats stats, FabricOptions options, TimeProvider time, ILogger<GraphiteExporter> logger) : BackgroundService
{
    private readonly GraphiteOptions _options = options.Graphite;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Server.Length == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(_options.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ExportAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private async Task ExportAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = await stats.ReadAsync(cancellationToken);
            if (!now.IsMineToExport)
            {
                return;
            }

            var colon = _options.Server.LastIndexOf(':');
            var (host, port) = (_options.Server[..colon].Trim('[', ']'), ushort.Parse(_options.Server.AsSpan(colon + 1), provider: null));

            // Looked up each time: a name may come to stand for another server.
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            var server = new IPEndPoint(addresses.OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First(), port);
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            foreach (var datagram in GraphiteLines.Write(_options.Path, now.Channels, time.GetUtcNow().ToUnixTimeSeconds()))
            {
                await socket.SendToAsync(datagram, server, cancellationToken);
            }
        }
#pragma warning disable CA1031 // Whatever is wrong with the server's name or the network: the streams go on.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotSent(logger, _options.Server, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3090, LogLevel.Warning, "Counts can't be sent to the Graphite server {Server}; they are sent again after the interval: {Reason}", EventName = nameof(NotSent))]
        public static partial void NotSent(ILogger logger, string server, string reason);
    }
}
