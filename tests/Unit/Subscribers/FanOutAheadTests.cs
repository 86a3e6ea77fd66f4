using SseFabric.Contracts;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>A client that has seen more through another frontend than this one has got yet.</summary>
[Trait("Suite", "Unit")]
public sealed class FanOutAheadTests
{
    /// <summary>What is answered to a read that began before the client came may be older than what the client has.</summary>
    [Fact]
    public async Task Subscribe_AheadWhileAnOlderReadIsUnderWay_IsNotTakenForAForeigner()
    {
        LateFabric? late = null;
        await using var under = new FanOutUnderTest(around: fabric => late = new LateFabric(fabric));
        var first = await under.JoinAsync(["a"]);
        await first.SeeAsync("the first block", seen => seen.Length > 0);
        late!.HoldDeliveries();
        var head = await under.PublishAsync("a", "1");

        // A read that ends with the first event, and whose answer is long on its way.
        var foreigner = under.Client(["a"], "nonsense");
        var answered = late.HoldNextRead();
        var joined = foreigner.SubscribeAsync();
        await answered.Begun.Within("a read");
        var second = await under.PublishAsync("a", "2");
        var client = under.Client(["a"], $"{second.Epoch}-{second.Offset}");
        var joining = client.SubscribeAsync();
        await under.SettleAsync();
        answered.Release();

        Assert.Equal(SubscribeOutcome.Joined, await joined.Within("the foreigner's joining"));
        Assert.Equal(SubscribeOutcome.Joined, await joining.Within("the client's joining"));
        Assert.True(head < second);
        late.GoOn();
        await under.PublishAsync("a", "3");
        await client.SeeEventsAsync("3");
        await first.SeeEventsAsync("1", "2", "3");
    }

    /// <summary>Deliveries and answers to reads that come when the test lets them.</summary>
    private sealed class LateFabric(IChannelFabric fabric) : IChannelFabric, IFeedSink
    {
        private IFeedSink? _sink;
        private TaskCompletionSource? _held;
        private LateRead? _next;

        public void HoldDeliveries() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void GoOn() => _held!.SetResult();

        public LateRead HoldNextRead() => _next = new LateRead();

        public void UseSink(IFeedSink sink)
        {
            _sink = sink;
            fabric.UseSink(this);
        }

        public async ValueTask DeliverAsync(IReadOnlyList<EventBatch> batches)
        {
            await (_held?.Task ?? Task.CompletedTask);
            await _sink!.DeliverAsync(batches);
        }

        public ValueTask<int> DisconnectAsync(Disconnection disconnection) => _sink!.DisconnectAsync(disconnection);

        public async ValueTask<HistoryPage?> ReadHistoryAsync(ChannelName channel, Cursor? after, CancellationToken cancellationToken)
        {
            var page = await fabric.ReadHistoryAsync(channel, after, cancellationToken);
            if (Interlocked.Exchange(ref _next, null) is { } late)
            {
                await late.PassAsync();
            }

            return page;
        }

        public ValueTask<PublishResult> PublishAsync(
            ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken) =>
            fabric.PublishAsync(channel, events, idempotencyKey, cancellationToken);

        public ValueTask<AttachResult> AttachAsync(ChannelName channel, long lastKnownEpoch, CancellationToken cancellationToken) =>
            fabric.AttachAsync(channel, lastKnownEpoch, cancellationToken);

        public ValueTask DetachAsync(ChannelName channel) => fabric.DetachAsync(channel);

        public ValueTask<DisconnectResult> DisconnectAsync(Disconnection disconnection, CancellationToken cancellationToken) =>
            fabric.DisconnectAsync(disconnection, cancellationToken);

        public void ReportSubscribers(ChannelName channel, int count) => fabric.ReportSubscribers(channel, count);
    }

    /// <summary>A read whose answer is held back.</summary>
    private sealed class LateRead
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void Release() => _released.SetResult();

        public Task PassAsync()
        {
            _begun.SetResult();
            return _released.Task;
        }
    }
}
