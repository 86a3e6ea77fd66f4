using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Redisse;

/// <summary>The program as it stands in for redisse: nothing but <c>--profile redisse</c> and a Redis.</summary>
public sealed class RedisseProfileFixture : IAsyncLifetime
{
    private readonly FixtureNeeds _needs = new();
    private RedisServer? _redis;
    private RedisClient? _client;
    private SseFabricProcess? _fabric;
    private RedissePublisher? _publisher;

    public RedisServer Redis => _needs.Of(_redis);

    public RedisClient Client => _needs.Of(_client);

    public SseFabricProcess Fabric => _needs.Of(_fabric);

    public RedissePublisher Publisher => _needs.Of(_publisher);

    public static string Unique() => $"c-{Guid.NewGuid():N}";

    public ValueTask InitializeAsync() => _needs.StartAsync(async () =>
    {
        _redis = await RedisServer.StartAsync();
        _client = await _redis.ConnectAsync();
        _publisher = new RedissePublisher(_client);
        _fabric = await SseFabricProcess.StartAsync("--redis", _redis.Configuration, "--profile", "redisse");
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { _fabric, _client, _redis })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
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
