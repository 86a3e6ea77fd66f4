using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.Cluster.Kit;
using SseFabric.Contracts;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Resume;

/// <summary>What it costs a channel's owner that a crowd comes back: one read a frontend.</summary>
[Trait("Suite", "Cluster")]
public sealed class RecoveryCostTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int BusyRounds = 200;
    private const int Subscribers = 10_000;
    private const int Missed = 20;
    private static readonly string[] s_channels = [.. Enumerable.Range(0, 5).Select(i => $"herd{i}")];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // So many that what is published meanwhile evicts nothing.
    private readonly ChannelRule[] _rules = [new ChannelRule { History = new HistoryOptions { Count = 100_000, MaxBytes = 100_000_000 } }];
    private readonly HistoryReads _reads = new();
    private readonly DeliveryLedger _ledger = new();
    private readonly StreamOptions _options = new();
    private readonly SemaphoreSlim _joined = new(0);
    private readonly List<(FanOut FanOut, DeliveryLoops Loops)> _frontends = [];
    private readonly List<MetricRecorder> _counted = [];
    private FabricCluster _cluster = null!;
    private PipeSubscriber[] _subscribers = [];

    public async ValueTask InitializeAsync()
    {
        _cluster = await FabricCluster.StartAsync(
            [ClusterRole.Channels, ClusterRole.Frontend, ClusterRole.Frontend], _rules, configure: silo => silo.AddIncomingGrainCallFilter(_reads));
        foreach (var silo in new[] { 1, 2 })
        {
            var meters = _cluster.Service<IMeterFactory>(silo);
            _counted.Add(new MetricRecorder(meters));
            var (fabric, metrics) = (_cluster.Fabric(silo), new FrontendMetrics(meters));
            var revoked = new RevokedTokens();
            var loops = new DeliveryLoops([new DeliveryLoop(0, _options, revoked, metrics, TimeProvider.System, NullLogger.Instance)]);
            _frontends.Add((new FanOut(fabric, new ChannelRules(_rules), _options, loops, revoked, metrics, TimeProvider.System, NullLogger<FanOut>.Instance), loops));
        }

        var format = new NativeFormat(_options);
        _subscribers = [.. Enumerable.Range(0, Subscribers).Select(i => new PipeSubscriber(_ledger, $"s{i}", _options, format, s_channels[i / 2 % s_channels.Length]))];
    }

    /// <summary>All were away and come back, each to the other frontend: together, or one after another while publishing goes on.</summary>
    /// <param name="atOnce">How many join at the same time.</param>
    /// <param name="isBusy">Whether publishing goes on meanwhile.</param>
    [Theory]
    [InlineData(Subscribers, false)]
    [InlineData(100, true)]
    public async Task Resume_TenThousandSubscribers_OneReadForEachChannelAndFrontend_EachEventOnce(int atOnce, bool isBusy)
    {
        await ConnectAsync(Subscribers, i => _frontends[i % 2]);
        await PublishAsync(1);
        await _ledger.WaitForTailAsync(s_patience);
        await Task.WhenAll(_subscribers.Select(subscriber => subscriber.LeaveAsync())).Within("10,000 subscribers to be gone", timeout: s_patience);
        await Eventually.SeeAsync("no feeds", () => _frontends.Sum(frontend => frontend.FanOut.Remains.Feeds + frontend.FanOut.Remains.Detaching), remains => remains == 0);
        await PublishAsync(Missed);
        Assert.Empty(_reads.Counts);

        while (_joined.CurrentCount > 0)
        {
            await _joined.WaitAsync(TestContext.Current.CancellationToken);
        }

        var begin = Stopwatch.GetTimestamp();
        var back = ConnectAsync(atOnce, i => _frontends[(i + 1) % 2]);
        for (var round = 0; isBusy && round < BusyRounds; round++)
        {
            // As fast as they come back, so that what is published can be delivered too.
            for (var i = 0; i < Subscribers / BusyRounds; i++)
            {
                await Task.WhenAny(back, _joined.WaitAsync(TestContext.Current.CancellationToken));
            }

            await PublishAsync(1);
        }

        await back;
        await _ledger.WaitForTailAsync(s_patience);
        output.WriteLine($"All caught up after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.00} s, {_ledger.PublishedOn(s_channels[0])} events a channel.");
        await PublishAsync(1);
        await _ledger.WaitForTailAsync(s_patience);

        _ledger.Verify().ThrowIfFaulty();
        Assert.All(_reads.Counts, read => Assert.Equal(1, read.Value));
        Assert.Equal(s_channels.Length * _frontends.Count, _reads.Counts.Count);
        Assert.All(_counted, counted => Assert.Equal(s_channels.Length, counted["ssefabric.history.reads"]));
        Assert.Equal(Subscribers, _counted.Sum(counted => counted["ssefabric.resumes", "exact"]));
    }

    public async ValueTask DisposeAsync()
    {
        _joined.Dispose();
        _frontends.ForEach(frontend => frontend.Loops.Dispose());
        _counted.ForEach(counted => counted.Dispose());
        await _cluster.DisposeAsync();
    }

    private async Task ConnectAsync(int atOnce, Func<int, (FanOut FanOut, DeliveryLoops Loops)> frontend)
    {
        using var turns = new SemaphoreSlim(atOnce);
        await Task.WhenAll(_subscribers.Select(JoinAsync)).Within("10,000 subscribers to join", timeout: s_patience);

        async Task JoinAsync(PipeSubscriber subscriber, int index)
        {
            await turns.WaitAsync();
            await subscriber.JoinAsync(frontend(index).FanOut, frontend(index).Loops);
            turns.Release();
            _joined.Release();
        }
    }

    private async Task PublishAsync(int rounds)
    {
        for (; rounds > 0; rounds--)
        {
            foreach (var channel in s_channels)
            {
                var published = await _cluster.Fabric(1).PublishAsync(
                    ChannelName.Parse(channel), [new NewEvent(_ledger.NextPayload(channel))], TestContext.Current.CancellationToken);
                Assert.Equal(PublishOutcome.Accepted, published.Outcome);
            }
        }
    }
}
