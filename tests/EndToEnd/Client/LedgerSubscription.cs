using System.Text;
using SseFabric.Client.Subscribing;
using SseFabric.Contracts;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Client;

/// <summary>A subscriber through a proxy that keeps a ledger of what comes.</summary>
internal sealed class LedgerSubscription : IAsyncDisposable
{
    private const string Probe = "probe";

    private readonly CancellationTokenSource _ending = new();
    private readonly SseFabricSubscriber _subscriber;
    private readonly LedgerSubscriber _ledgerSubscriber;
    private readonly string[] _channels;
    private readonly Task _reading;
    private int _requests;
    private volatile bool _joined;

    public LedgerSubscription(TcpProxy proxy, string[] channels)
    {
        _channels = channels;
        _ledgerSubscriber = Ledger.Join("subscriber", channels);
        var options = SubscriberTests.Options(proxy.EndPoint);
        options.ConfigureRequest = _ => Interlocked.Increment(ref _requests);
        _subscriber = new SseFabricSubscriber(options);
        _reading = ReadAsync();
    }

    public DeliveryLedger Ledger { get; } = new();

    /// <summary>How many events of the ledger have come.</summary>
    public long Arrived => _ledgerSubscriber.Arrived;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Waits until the subscriber has got an event, and so has an id of all its channels.</summary>
    public Task JoinAsync(RedisClient publisher) => Eventually.SeeAsync(
        "the subscriber's first event",
        async () =>
        {
            await publisher.PublishAsync(_channels[0], Probe);
            return _joined;
        },
        joined => joined);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        try
        {
            await _reading;
        }
        catch (OperationCanceledException)
        {
            // Asked for.
        }

        _subscriber.Dispose();
        _ending.Dispose();
    }

    private async Task ReadAsync()
    {
        await foreach (var item in _subscriber.SubscribeAsync([.. _channels.Select(ChannelName.Parse)], null, _ending.Token))
        {
            switch (item)
            {
                case StreamEvent { Data: Probe }:
                    _joined = true;
                    break;
                case StreamEvent received:
                    _ledgerSubscriber.Arrive(Encoding.UTF8.GetBytes(received.Data));
                    break;
                case StreamGap gap:
                    _ledgerSubscriber.Tell(gap.Channel, gap.Reason);
                    break;
            }
        }
    }
}
