using System.Text;
using SseFabric.Contracts;
using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Dashboard;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Dashboard;

/// <summary>One reading a beat for however many pages look, and none while nobody does.</summary>
[Trait("Suite", "Unit")]
public sealed class DashboardFeedTests
{
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly CountingStats _stats = new();
    private readonly DashboardFeed _feed;

    public DashboardFeedTests() => _feed = new DashboardFeed(_stats, _time);

    [Fact]
    public async Task Next_ManyViewers_ShareEachReading()
    {
        Assert.Equal(0, _stats.Reads);
        var first = await EnterAsync();
        for (var i = 1; i < DashboardFeed.MaxViewers; i++)
        {
            Assert.Same(first, await EnterAsync());
        }

        Assert.False(_feed.TryEnter());
        var waiting = Enumerable.Range(0, DashboardFeed.MaxViewers).Select(_ => _feed.NextAsync(first.Number, CancellationToken.None)).ToArray();
        await BeatAsync(first);
        var second = await Task.WhenAll(waiting).Within("the second sample");

        Assert.Single(second.Distinct());
        Assert.Equal((2, 2), (second[0].Number, _stats.Reads));
        Assert.StartsWith("event: sample\ndata: {\"point\":[", Encoding.UTF8.GetString(first.Frame), StringComparison.Ordinal);
        Assert.Contains("\"channels\":[{\"name\":\"c0\"", Encoding.UTF8.GetString(first.Frame), StringComparison.Ordinal);
        Assert.DoesNotContain("c100\"", Encoding.UTF8.GetString(first.Frame), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leave_NobodyIsLeft_EndsTheReadingAfterAMinute()
    {
        var sample = await EnterAsync();
        _feed.Leave();
        for (var second = 1; second < 60; second++)
        {
            sample = await BeatAsync(sample);
        }

        _time.Advance(s_beat);
        await Eventually.SeeAsync("the end of the reading", () => _time.ActiveTimers, timers => timers == 0);
        Assert.Equal(60, _stats.Reads);

        // Whoever comes then gets a new reading, and what was plotted before.
        _time.Advance(TimeSpan.FromHours(1));
        var again = await EnterAsync();
        Assert.Equal((1, 61, 61), (again.Number, _stats.Reads, PastPoints()));
    }

    [Fact]
    public async Task Past_ALongTime_IsFiveMinutes()
    {
        var sample = await EnterAsync();
        for (var second = 1; second <= 320; second++)
        {
            sample = await BeatAsync(sample);
        }

        Assert.Equal((321, 300), (sample.Number, PastPoints()));
    }

    [Fact]
    public async Task Next_ReadingFails_FailsAndTheNextViewerBeginsAnew()
    {
        var first = await EnterAsync();
        _stats.Fault = new InvalidOperationException("no counts");
        Assert.Same(_stats.Fault, await Assert.ThrowsAsync<InvalidOperationException>(() => BeatAsync(first)));
        _feed.Leave();

        _stats.Fault = null;
        Assert.Equal(1, (await EnterAsync()).Number);
    }

    private Task<DashboardSample> EnterAsync()
    {
        Assert.True(_feed.TryEnter());
        return _feed.NextAsync(0, CancellationToken.None).Within("a sample");
    }

    private Task<DashboardSample> BeatAsync(DashboardSample last)
    {
        var next = _feed.NextAsync(last.Number, CancellationToken.None);
        _time.Advance(s_beat);
        return next.Within("the next sample");
    }

    private int PastPoints() => Encoding.UTF8.GetString(_feed.Past()).Count(character => character == '[') - 1;

    private sealed class CountingStats : IFabricStats
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public Exception? Fault { get; set; }

        public ValueTask<FabricStats> ReadAsync(CancellationToken cancellationToken)
        {
            if (Fault is { } fault)
            {
                throw fault;
            }

            Interlocked.Increment(ref _reads);
            return new(new FabricStats(
                DateTimeOffset.UnixEpoch, default, 0, 101, [.. Enumerable.Range(0, 101).Select(i => new ChannelStats(ChannelName.Parse($"c{i}"), 200 - i, 0))], []));
        }

        public ValueTask<ChannelStats?> ReadAsync(ChannelName channel, CancellationToken cancellationToken) => new((ChannelStats?)null);
    }
}
