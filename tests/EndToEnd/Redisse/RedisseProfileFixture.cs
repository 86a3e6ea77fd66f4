using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Redisse;

/// <summary>The program as it stands in for redisse: nothing but <c>--profile redisse</c> and a Redis.</summary>
public sealed class RedisseProfileFixture : IAsyncLifetime
{
    public RedisServer Redis { get; private set; } = null!;

    public RedisClient Client { get; private set; } = null!;

    public SseFabricProcess Fabric { get; private set; } = null!;

    public RedissePublisher Publisher { get; private set; } = null!;

    public static string Unique() => $"c-{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        Client = await Redis.ConnectAsync();
        Publisher = new RedissePublisher(Client);
        Fabric = await SseFabricProcess.StartAsync("--redis", Redis.Configuration, "--profile", "redisse");
    }

    public async ValueTask DisposeAsync()
    {
        if (Fabric is not null)
        {
            await Fabric.DisposeAsync();
        }

        if (Redis is not null)
        {
            await Client.DisposeAsync();
            await Redis.DisposeAsync();
        }
    }

    /// <summary>Opens a stream; it has joined once its head is here.</summary>
    public Task<SseClient> OpenAsync(string target, string? lastEventId = null) =>
        SseClient.OpenAsync(new Uri(Fabric.Address, target), new SseRequest { LastEventId = lastEventId });

    /// <summary>Sends a request and reads the whole answer, which is no stream.</summary>
    public async Task<RawHttpConnection> GetAsync(string target, params string[] headers)
    {
        var connection = await RawHttpConnection.ConnectAsync(Fabric.Address);
        await connection.GetAsync(target, headers);
        return connection;
    }

    public Task SetCounterAsync(long number) => Client.ExecuteAsync("SET", RedissePublisher.Counter, $"{number}");

    /// <summary>Publishes until the stream's bytes end with the last frame, and returns them.</summary>
    public static Task<string> SeeAsync(SseClient stream, string bytes) =>
        stream.WaitForRawAsync($"the bytes {bytes}", raw => raw.Length >= bytes.Length);
}
