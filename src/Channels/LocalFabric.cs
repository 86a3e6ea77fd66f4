using SseFabric.Channels.Configuration;
using SseFabric.Channels.Ordering;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Stats;
using SseFabric.Contracts;

namespace SseFabric.Channels;

/// <summary>All channels in this process. Any thread.</summary>
/// <remarks>
/// <para>One pump hands the sink whatever has piled up in all channels while the delivery before was on its way. While more than the
/// <see cref="IngestGate"/> allows is waiting, the source pauses and publishers wait.</para>
/// <para>A channel lives while its feed is attached and for its linger after that, or after the last publish to it; always if it is <c>AlwaysOn</c>.</para>
/// </remarks>
public sealed partial class LocalFabric : IChannelFabric, IDisposable
{
    /// <summary>The most channels at a time. At the limit, a publish to another one is refused as overload, and an attach as unavailable.</summary>
    public const int MaxChannels = 1_000_000;

    private static readonly TimeSpan s_publishPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_sourcePatience = TimeSpan.FromSeconds(4);

    private readonly ChannelRules _rules;
    private readonly IChannelSource _source;
    private readonly IngestGate _gate;
    private readonly ChannelIntakes _intakes;
    private readonly OwnedChannels _owned;
    private readonly TimeProvider _time;
    private readonly EpochClock _epochs;
    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelName, LocalChannel> _channels = [];
    private readonly PriorityQueue<LocalChannel, long> _expiring = new();
    private readonly ITimer _expiry;
    private readonly FeedPump _pump;
    private IFeedSink? _sink;

    /// <summary>A fabric without channels.</summary>
    public LocalFabric(ChannelRules rules, IChannelSource source, IngestGate gate, ChannelIntakes intakes, OwnedChannels owned, TimeProvider time)
    {
        _owned = owned;
        _intakes = intakes;
        _rules = rules;
        _source = source;
        _gate = gate;
        _pump = new FeedPump(round => _sink!.DeliverAsync(round), gate);
        _time = time;
        _epochs = new EpochClock(time);
        _expiry = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many channels live now.</summary>
    public int ChannelCount
    {
        get
        {
            lock (_lock)
            {
                return _channels.Count;
            }
        }
    }

    /// <summary>What is counted of a channel; null if it doesn't live now.</summary>
    internal ChannelTraffic? TrafficOf(ChannelName channel)
    {
        lock (_lock)
        {
            return _channels.GetValueOrDefault(channel)?.Core.Traffic;
        }
    }

    /// <inheritdoc/>
    public void UseSink(IFeedSink sink) => _sink = sink;

    /// <inheritdoc/>
    public async ValueTask<DisconnectResult> DisconnectAsync(Disconnection disconnection, CancellationToken cancellationToken) =>
        new(_sink is { } sink ? await sink.DisconnectAsync(disconnection) : 0, 0);

    /// <inheritdoc/>
    public async ValueTask<PublishResult> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (_gate.IsClosed && !await WaitForRoomAsync(cancellationToken))
        {
            return PublishResult.Refused(PublishOutcome.Overloaded);
        }

        if (Pin(channel, 0) is not { } pinned)
        {
            return PublishResult.Refused(PublishOutcome.Overloaded);
        }

        try
        {
            var result = await pinned.Intake.PublishAsync(events, idempotencyKey, cancellationToken);
            return result.Outcome == PublishOutcome.Accepted ? result with { Subscribers = pinned.Subscribers } : result;
        }
        finally
        {
            Unpin(pinned);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<AttachResult> AttachAsync(ChannelName channel, long lastKnownEpoch, CancellationToken cancellationToken)
    {
        if (Pin(channel, lastKnownEpoch) is not { } pinned)
        {
            return new AttachResult(AttachOutcome.Unavailable, default);
        }

        try
        {
            if (!await pinned.Intake.OpenAsync(cancellationToken)
                || !await SubscribeAsync(pinned, cancellationToken)
                || !await pinned.Intake.SettleAsync(lastKnownEpoch, cancellationToken)
                || pinned.Core.Source == SourceState.Lost)
            {
                return new AttachResult(AttachOutcome.SourceUnavailable, default);
            }

            lock (_lock)
            {
                if (!pinned.IsAttached)
                {
                    pinned.IsAttached = true;
                    pinned.Pins++;
                }

                // Under the lock, here and in the detach: otherwise a detach at the same time leaves a lane behind that nobody detaches.
                return new AttachResult(AttachOutcome.Attached, pinned.Core.Attach(pinned.Lane, lastKnownEpoch));
            }
        }
        finally
        {
            Unpin(pinned);
        }
    }

    /// <inheritdoc/>
    public ValueTask DetachAsync(ChannelName channel)
    {
        LocalChannel? attached;
        lock (_lock)
        {
            if (!_channels.TryGetValue(channel, out attached) || !attached.IsAttached)
            {
                return ValueTask.CompletedTask;
            }

            attached.IsAttached = false;
            attached.Subscribers = 0;
            attached.Core.Detach(attached.Lane);
        }

        Unpin(attached);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void ReportSubscribers(ChannelName channel, int count)
    {
        lock (_lock)
        {
            if (_channels.TryGetValue(channel, out var reported) && reported.IsAttached)
            {
                reported.Subscribers = count;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<HistoryPage?> ReadHistoryAsync(ChannelName channel, Cursor? after, CancellationToken cancellationToken)
    {
        if (Pin(channel, 0) is not { } pinned)
        {
            return null;
        }

        try
        {
            return await pinned.Intake.OpenAsync(cancellationToken) ? pinned.Core.Read(after) : null;
        }
        finally
        {
            Unpin(pinned);
        }
    }

    /// <summary>Keeps the <c>AlwaysOn</c> channels subscribed until <paramref name="stopping"/>; a server that is away is tried again and again.</summary>
    public Task KeepAlwaysOnAsync(CancellationToken stopping) => Task.WhenAll(_rules.AlwaysOn.Select(channel => KeepAsync(channel, stopping)));

    /// <summary>Ends the linger of channels. Feeds are not told anything any more.</summary>
    public void Dispose() => _expiry.Dispose();

    private async Task KeepAsync(ChannelName channel, CancellationToken stopping)
    {
        var retry = TimeSpan.FromSeconds(1);

        // The pin is kept, while the server is away too: what is published through the fabric meanwhile stays in the history.
        if (Pin(channel, 0) is not { } pinned)
        {
            return;
        }

        // Once subscribed, the source itself sees to it that the channel stays so.
        while (!stopping.IsCancellationRequested
            && !(await pinned.Intake.OpenAsync(CancellationToken.None) && await SubscribeAsync(pinned, CancellationToken.None)))
        {
            await Task.Delay(retry, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        // One token for both, so that a publisher who gives up leaves nothing waiting at the gate.
        using var patience = new CancellationTokenSource(s_publishPatience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _gate.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> SubscribeAsync(LocalChannel channel, CancellationToken cancellationToken)
    {
        Task<bool> subscribing;
        lock (_lock)
        {
            if (channel.Subscribing is null or { IsCompletedSuccessfully: true, Result: false } or { IsFaulted: true } or { IsCanceled: true })
            {
                // Not cancelled with the caller: others wait for the same subscription.
                channel.Subscribing = _source.SubscribeAsync(channel.Core.Name, channel.Intake, CancellationToken.None).AsTask();
            }

            subscribing = channel.Subscribing;
        }

        try
        {
            return await subscribing.WaitAsync(s_sourcePatience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // A server that hangs. The subscription goes on, and the next attach may find it done.
            return false;
        }
    }
}
