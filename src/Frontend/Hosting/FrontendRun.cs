using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;

namespace SseFabric.Frontend.Hosting;

/// <summary>Runs the frontend program from its start to its exit code.</summary>
internal static class FrontendRun
{
    private const int Ended = 0;
    private const int CouldNotStart = 1;

    /// <summary>Starts, prints the ready line, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunToEndAsync(this WebApplication app)
    {
        await using var _ = app;
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.StartAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Ended;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"Can't start: {e.Message}");
            return CouldNotStart;
        }
        catch (SocketException e)
        {
            // Kestrel names the address in the former only.
            await Console.Error.WriteLineAsync($"Can't start: can't listen on {string.Join(", ", Listening.Configured(app.Configuration))}: {e.Message}");
            return CouldNotStart;
        }

        await Console.Out.WriteLineAsync(ReadyLine.Of(Addresses(app), app.Services.GetRequiredService<MessageOrigins>()));
        await app.WaitForShutdownAsync();
        return Ended;
    }

    private static string[] Addresses(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        if (app.Services.GetRequiredService<FabricOptions>().H2c.Listen.Length > 0)
        {
            addresses[^1] += " (HTTP/2)";
        }

        return addresses;
    }
}
