using Microsoft.Extensions.Hosting;

namespace SseFabric.Channels.Hosting;

/// <summary>Opens the door with the host, and tells of it if it is open.</summary>
internal sealed class RespDoorLifetime(RespDoor.RespDoor door, MessageOrigins origins) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await door.StartAsync(cancellationToken);
        if (door.EndPoint is { } listensOn)
        {
            origins.Add($"RESP door {listensOn}");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => door.StopAsync(cancellationToken);
}
