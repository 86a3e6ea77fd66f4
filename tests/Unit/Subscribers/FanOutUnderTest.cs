using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SseFabric.Channels;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Ordering;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Fabric;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>A fan-out loop on a local fabric, with a clock that is moved by hand. Everything else is real.</summary>
internal sealed class FanOutUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddLogging().BuildServiceProvider();
    private readonly LocalFabricParts _parts;
    private readonly ConcurrentQueue<PipeClient> _clients = [];

    public FanOutUnderTest(StreamOptions? options = null, ChannelRule? rule = null, Func<IChannelFabric, IChannelFabric>? around = null, int loops = 2)
    {
        Options = options ?? new StreamOptions();
        Native = new NativeFormat(Options);
        var rules = new ChannelRules([rule ?? new ChannelRule()]);
        Gate = IngestGate.Default();
        _parts = new LocalFabricParts(new FabricOptions { Channels = [rule ?? new ChannelRule()] }, Source, Gate, Time);
        Local = _parts.Fabric;
        Fabric = around is null ? Local : around(Local);
        var meters = _services.GetRequiredService<IMeterFactory>();
        Counted = new MetricRecorder(meters);
        Metrics = new FrontendMetrics(meters, Time);
        var revoked = new RevokedTokens();
        Loops = new DeliveryLoops(
            [.. Enumerable.Range(0, loops).Select(index => new DeliveryLoop(index, Options, revoked, Metrics, Time, _services.GetRequiredService<ILogger<DeliveryLoop>>()))]);
        Loop = new FanOut(Fabric, rules, Options, Loops, revoked, Metrics, Time, _services.GetRequiredService<ILogger<FanOut>>());
    }

    public ManualTime Time { get; } = new();

    public ManualSource Source { get; } = new();

    public StreamOptions Options { get; }

    public IStreamFormat Native { get; }

    public IngestGate Gate { get; }

    public LocalFabric Local { get; }

    public IChannelFabric Fabric { get; }

    public FrontendMetrics Metrics { get; }

    /// <summary>What the metrics have counted.</summary>
    public MetricRecorder Counted { get; }

    public FanOut Loop { get; }

    public DeliveryLoops Loops { get; }

    public HeartbeatWheel Wheel => Loops.All[0].Wheel;

    public PipeClient Client(
        IEnumerable<string> channels, string? lastEventId = null, bool reads = true, long pauseAt = 64 << 10, bool isPoll = false, IStreamFormat? format = null,
        TimeSpan? lifetime = null, string? tokenId = null)
    {
        var client = new PipeClient(this, channels, lastEventId, reads, pauseAt, isPoll, format, lifetime, tokenId);
        _clients.Enqueue(client);
        return client;
    }

    /// <summary>A client that is joined.</summary>
    public async Task<PipeClient> JoinAsync(
        IEnumerable<string> channels, string? lastEventId = null, bool reads = true, long pauseAt = 64 << 10, bool isPoll = false, IStreamFormat? format = null,
        TimeSpan? lifetime = null, string? tokenId = null)
    {
        var client = Client(channels, lastEventId, reads, pauseAt, isPoll, format, lifetime, tokenId);
        Assert.Equal(SubscribeOutcome.Joined, await client.SubscribeAsync().Within("a subscriber's joining"));
        return client;
    }

    /// <summary>Publishes, and hands the events to the fan-out unless it has a delivery to do with already.</summary>
    public async Task<Cursor> PublishAsync(string channel, params IEnumerable<string> texts)
    {
        ValueTask<PublishResult> publishing;
        using (FeedPump.Gather())
        {
            publishing = Local.PublishAsync(ChannelName.Parse(channel), EventText.Events(texts), CancellationToken.None);
        }

        var result = await publishing;
        Assert.Equal(PublishOutcome.Accepted, result.Outcome);
        return result.Last;
    }

    /// <summary>Does something on the first delivery loop.</summary>
    public Task ExecuteAsync(Action action) => PassAsync(Loops.All[0], action);

    /// <summary>
    /// Completes once the loops have executed everything that was posted before, and the fan-out what they said of it; and once more, as a delivery
    /// that ends in a loop may have brought the next one.
    /// </summary>
    public async Task SettleAsync()
    {
        await PassAllAsync();
        await PassAllAsync();
    }

    /// <summary>Moves the clock until everything published has been handed out: who doesn't read is given up, and who reads is never late.</summary>
    public async Task HandOutAsync()
    {
        await Eventually.SeeAsync(
            "everything handed out",
            () =>
            {
                if (!_clients.Any(client => client.IsBehind))
                {
                    Time.Advance(Wheel.Tick);
                }

                return Gate.WaitingBytes;
            },
            bytes => bytes == 0);
        await SettleAsync();
    }

    /// <summary>Moves the clock tick by tick, each one executed before the next.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero; left -= Wheel.Tick)
        {
            Time.Advance(left < Wheel.Tick ? left : Wheel.Tick);
            await PassAllAsync();
        }

        await SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Loops.Dispose();
        await _parts.DisposeAsync();
        Counted.Dispose();
        await _services.DisposeAsync();
    }

    private async Task PassAllAsync()
    {
        await PassAsync(Loop);
        foreach (var loop in Loops.All)
        {
            await PassAsync(loop);
        }

        await PassAsync(Loop);
    }

    private static Task PassAsync<TLoop>(WorkLoop<TLoop> loop, Action? action = null)
        where TLoop : WorkLoop<TLoop>
    {
        var marker = new Marker<TLoop>(action);
        loop.Post(marker);
        return marker.Seen.Task.Within("the loop's coming round");
    }

    private sealed class Marker<TLoop>(Action? action) : ILoopItem<TLoop>
        where TLoop : WorkLoop<TLoop>
    {
        public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute(TLoop loop)
        {
            action?.Invoke();
            Seen.SetResult();
        }
    }
}
