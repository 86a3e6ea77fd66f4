using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Fabric;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Conformance.Recorded;

/// <summary>A process that owns channels whose histories are in Redis: a fabric with its own connections. Several may share a server.</summary>
internal sealed class RecordedOwner : IAsyncDisposable
{
    private readonly RedisSource _source;
    private readonly LocalFabricParts _parts;

    private RecordedOwner(RedisSource source, LocalFabricParts parts)
    {
        (_source, _parts) = (source, parts);
        Fabric.UseSink(Sink);
    }

    public IChannelFabric Fabric => _parts.Fabric;

    public RecordingSink Sink { get; } = new();

    public MetricRecorder Counted => _parts.Counted;

    public static Task<RecordedOwner> StartAsync(RedisServer server, HistoryOptions? history = null) => StartAsync(server.Configuration, server.Configuration, history);

    /// <param name="store">The configuration of the history's server.</param>
    /// <param name="source">The configuration of the source, the same server by another way.</param>
    /// <param name="history">The bounds; default: more than any test needs.</param>
    public static async Task<RecordedOwner> StartAsync(string store, string source, HistoryOptions? history = null)
    {
        history ??= new HistoryOptions { Count = 100_000, MaxBytes = 256 << 20 };
        history.Store = "redis";
        var options = new FabricOptions { Redis = store, Channels = [new ChannelRule { Match = "*", History = history }] };
        Assert.True(RedisEndpoints.TryParse(source, out var endpoints, out var error), error);
        var gate = IngestGate.Default();
        var redis = new RedisSource(endpoints, new ChannelRules(options.Channels), gate, TimeProvider.System, NullLogger<RedisSource>.Instance);
        var owner = new RecordedOwner(redis, new LocalFabricParts(options, redis, gate));
        redis.Start();
        await Eventually.SeeAsync("the source's connection", () => redis.IsConnected, connected => connected);
        return owner;
    }

    public async Task<Cursor> AttachAsync(string channel)
    {
        var result = await Eventually.SeeAsync(
            $"an attach to {channel}",
            async () => await Fabric.AttachAsync(ChannelName.Parse(channel), 0, TestContext.Current.CancellationToken),
            attached => attached.Outcome == AttachOutcome.Attached);
        return result.Head;
    }

    public async Task<FeedFollower> FollowAsync(string channel) => new(Fabric, Sink, channel, await AttachAsync(channel));

    public async Task<PublishResult> TryPublishAsync(string channel, string text, string? key = null) =>
        await Fabric.PublishAsync(ChannelName.Parse(channel), EventText.Events(text), key, TestContext.Current.CancellationToken);

    public async Task<PublishResult> PublishAsync(string channel, string text, string? key = null)
    {
        var result = await TryPublishAsync(channel, text, key);
        Assert.Equal(PublishOutcome.Accepted, result.Outcome);
        return result;
    }

    public async Task<HistoryPage> ReadAsync(string channel, Cursor? after = null) =>
        await Fabric.ReadHistoryAsync(ChannelName.Parse(channel), after, TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException($"The history of {channel} can't be read.");

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _parts.DisposeAsync();
    }
}
