using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SseFabric.Channels.Configuration;

namespace SseFabric.Channels.Hosting;

/// <summary>Runs a program from its start to its exit code.</summary>
public static class ProgramRun
{
    private const int Ended = 0;
    private const int CouldNotStart = 1;

    /// <summary>Starts, prints the ready line, and waits for the end. What keeps it from starting is told in one line.</summary>
    /// <param name="host">A host with <see cref="StartLoggingExtensions.HideStackTracesOfStart"/>.</param>
    /// <param name="wanted">What it is to listen on, for what went wrong there.</param>
    /// <param name="listensOn">What it listens on, asked once it does.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunToEndAsync(this IHost host, IEnumerable<string?> wanted, Func<IEnumerable<string>> listensOn)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.StartAsync(stopping);
            host.Services.GetRequiredService<StartProgress>().Started();
            await Console.Out.WriteLineAsync(ReadyLine.Of(listensOn(), host.Services.GetRequiredService<MessageOrigins>()));
            await host.WaitForShutdownAsync(CancellationToken.None);
            return Ended;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await StopAsync(host);
            return Ended;
        }
        catch (Exception e) when (!host.Services.GetRequiredService<StartProgress>().IsStarted)
        {
            await Console.Error.WriteLineAsync($"Can't start: {Fault(e, [.. wanted, .. ClusterPorts(host.Services.GetRequiredService<FabricOptions>())])}");
            await StopAsync(host);
            return CouldNotStart;
        }
        finally
        {
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }

    // What has started is stopped in order: a silo that has joined its cluster leaves it.
    private static async Task StopAsync(IHost host)
    {
        try
        {
            await host.StopAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or AggregateException)
        {
            // What has never started may refuse to stop.
        }
    }

    // Kestrel and the RESP door name the address in an IOException; sockets and Orleans don't. Only what nobody expects is told with its stack trace.
    private static string Fault(Exception e, IEnumerable<string?> wanted) => e switch
    {
        IOException => e.Message,
        SocketException or AddressInUseException => $"can't listen on one of {string.Join(", ", wanted)}: {e.Message}",
        _ when e.GetType().Namespace?.StartsWith("Orleans", StringComparison.Ordinal) == true => e.Message,
        _ => e.ToString(),
    };

    private static IEnumerable<string> ClusterPorts(FabricOptions options) => options.Cluster.IsMember
        ? [$"Fabric:Cluster:SiloPort={options.Cluster.SiloPort}", $"Fabric:Cluster:GatewayPort={options.Cluster.GatewayPort}"]
        : [];
}
