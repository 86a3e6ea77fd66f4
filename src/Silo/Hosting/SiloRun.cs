using System.Net.Sockets;
using SseFabric.Channels.Hosting;

namespace SseFabric.Silo.Hosting;

/// <summary>Runs the silo program from its start to its exit code.</summary>
internal static class SiloRun
{
    private const int Ended = 0;
    private const int CouldNotStart = 1;

    /// <summary>Starts, prints the ready line, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunToEndAsync(this IHost host)
    {
        using var _ = host;
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.StartAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Ended;
        }
        catch (Exception exception) when (exception is IOException or SocketException or OrleansException)
        {
            await Console.Error.WriteLineAsync($"Can't start: {exception.Message}");
            return CouldNotStart;
        }

        var silo = host.Services.GetRequiredService<ILocalSiloDetails>();
        await Console.Out.WriteLineAsync(ReadyLine.Of([$"silo {silo.SiloAddress.Endpoint}"], host.Services.GetRequiredService<MessageOrigins>()));
        await host.WaitForShutdownAsync();
        return Ended;
    }
}
