using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.RespDoor;

/// <summary>Two running programs: one whose door is open, one whose door asks for a password.</summary>
public sealed class DoorFixture : IAsyncLifetime
{
    public const string Password = "s3cret";

    private SseFabricProcess _open = null!;
    private SseFabricProcess _locked = null!;

    public async ValueTask InitializeAsync()
    {
        _open = await SseFabricProcess.StartAsync();
        _locked = await SseFabricProcess.StartAsync($"--Fabric:RespDoor:Password={Password}");
    }

    public async ValueTask DisposeAsync()
    {
        await _open.DisposeAsync();
        await _locked.DisposeAsync();
    }

    public SseFabricProcess Fabric(string? password) => password is null ? _open : _locked;

    /// <summary>A connection to the door, logged in.</summary>
    public async Task<RedisClient> ConnectAsync(string? password)
    {
        var client = await RedisClient.ConnectAsync(Fabric(password).Door);
        if (password is not null)
        {
            await client.ExecuteAsync("AUTH", "default", password);
        }

        return client;
    }

    /// <summary>A subscriber that the replies count already, which takes up to a second, and that has taken every probe.</summary>
    public async Task<SseClient> JoinCountedAsync(string channel, string? password)
    {
        await using var publisher = await ConnectAsync(password);
        var subscriber = await SseClient.JoinAsync(Fabric(password).Events(channel));
        var probes = 0;
        await Eventually.SeeAsync(
            "1 as the reply to PUBLISH",
            () =>
            {
                probes++;
                return publisher.PublishAsync(channel, "probe");
            },
            reply => reply == 1);
        await subscriber.TakeAsync(probes);
        return subscriber;
    }
}
