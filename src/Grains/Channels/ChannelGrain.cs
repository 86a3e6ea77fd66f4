using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using SseFabric.Channels;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Ordering;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Stats;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;
using SseFabric.Grains.Moves;

namespace SseFabric.Grains.Channels;

/// <summary>A channel's one owner: a thin grain around <see cref="ChannelCore"/>. Grain scheduler; calls interleave, as the core may be used by any thread.</summary>
/// <remarks>
/// Never collected for being idle (<see cref="KeepAliveAttribute"/>): with nobody attached its own linger ends it, and with a feed it stays.
/// </remarks>
[GrainType(TypeName), Reentrant, KeepAlive, Immovable]
internal sealed partial class ChannelGrain(
    ChannelRules rules,
    IChannelSource source,
    ChannelIntakes intakes,
    EpochClock epochs,
    ILocalSiloDetails silo,
    FeedSender sender,
    ChannelArrivals arrivals,
    ChannelDepartures departures,
    FeedPump local,
    DeadFeeds deadFeeds,
    OwnedChannels owned,
    TimeProvider time,
    ILogger<ChannelGrain> logger) : Grain, IChannelGrain
{
    public const string TypeName = "channel";

    // Under the callers' response timeout, so that they hear that it is the source that is away.
    private static readonly TimeSpan s_sourcePatience = TimeSpan.FromSeconds(4);

    private readonly FeedSet _feeds = new();
    private ChannelCore _core = null!;
    private IChannelIntake _intake = null!;
    private IChannelSourceObserver _observer = null!;
    private ChannelRule _rule = null!;
    private ChannelClock _clock = null!;
    private TaskScheduler _scheduler = null!;
    private IGrainTimer _timer = null!;
    private Task<bool>? _subscribing;
    private int _calls;
    private bool _alwaysOn;

    private ChannelName Name => _core.Name;

    private bool IsSubscribed => _subscribing is { IsCompletedSuccessfully: true, Result: true };

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var name = ChannelName.Parse(this.GetPrimaryKeyString());
        _rule = rules.For(name);
        _core = new ChannelCore(name, _rule, time, epochs, lastKnownEpoch: 0);
        _intake = intakes.For(_core);
        _observer = _intake;
        _clock = new ChannelClock(time, _rule.Linger);
        _scheduler = TaskScheduler.Current;
        _timer = this.RegisterGrainTimer(OnTick, new GrainTimerCreationOptions(_clock.Wait(), Timeout.InfiniteTimeSpan) { Interleave = true });
        owned.Add(_core.Traffic);
        deadFeeds.Add(this);
        if (arrivals.Take(name) is { } arrival)
        {
            if (_isMoving && arrival.Channel is { } left)
            {
                await ContinueAsync(arrival, left, cancellationToken);
                SetNeeded();
            }
            else
            {
                arrival.Dispose();
            }
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        deadFeeds.Remove(this);
        var departure = await LeaveAsync(reason, cancellationToken);
        source.Unsubscribe(Name, _observer);
        if (_subscribing is { IsCompleted: false } pending)
        {
            _ = pending.ContinueWith(_ => source.Unsubscribe(Name, _observer), TaskScheduler.Default);
        }

        // The next owner finds in the store what this one has heard.
        var isComplete = await _intake.CloseAsync();
        if (departure is not null)
        {
            await MoveAsync(departure, isComplete, cancellationToken);
        }

        owned.Remove(_core.Traffic);
        foreach (var feed in _feeds.All)
        {
            feed.IsDetached = true;
            _core.Detach(feed.Lane);
        }

        Log.Left(logger, Name, reason.ReasonCode, _feeds.Count);
    }

    public async Task<ChannelAttachment> AttachAsync(
        SiloAddress frontend, long generation, long lastKnownEpoch, int subscribers, CancellationToken cancellationToken)
    {
        using var call = BeginCall();
        if (!await _intake.OpenAsync(cancellationToken)
            || !await SubscribeAsync(cancellationToken)
            || !await _intake.SettleAsync(lastKnownEpoch, cancellationToken)
            || _core.Source == SourceState.Lost)
        {
            return Answer(new AttachResult(AttachOutcome.SourceUnavailable, default));
        }

        var feed = _feeds.Attach(frontend, generation, subscribers, WakeOf(frontend));
        _core.Traffic.Count(_feeds.Subscribers);
        var head = _core.Attach(feed.Lane, lastKnownEpoch);
        Log.Attached(logger, Name, frontend, _feeds.Count);
        return Answer(new AttachResult(AttachOutcome.Attached, head));
    }

    public Task DetachAsync(SiloAddress frontend, long generation)
    {
        using var call = BeginCall();
        Drop(frontend, generation);
        return Task.CompletedTask;
    }

    public async Task<PublishResult> PublishAsync(NewEvent[] events, string? idempotencyKey)
    {
        using var call = BeginCall();
        var result = await _intake.PublishAsync(events, idempotencyKey, CancellationToken.None);
        return result.Outcome == PublishOutcome.Accepted ? result with { Subscribers = _feeds.Subscribers } : result;
    }

    public async Task<HistoryPage?> ReadHistoryAsync(Cursor? after)
    {
        using var call = BeginCall();
        return await _intake.OpenAsync(CancellationToken.None) ? _core.Read(after) : null;
    }

    public Task ReportSubscribersAsync(SiloAddress frontend, int count)
    {
        using var call = BeginCall();
        _feeds.Report(frontend, count);
        _core.Traffic.Count(_feeds.Subscribers);
        return Task.CompletedTask;
    }

    public Task<ChannelCount> CountAsync()
    {
        using var call = BeginCall();
        var stats = owned.Stats(_core.Traffic);
        return Task.FromResult(new ChannelCount(Name.Value, stats.Subscribers, stats.Rate));
    }

    /// <summary>Looks for frontends that have died. Any thread.</summary>
    internal void DropDeadFeeds() => _ = Task.Factory.StartNew(DropDead, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);

    public async Task<bool> EnsureSubscribedAsync()
    {
        using var call = BeginCall();
        _alwaysOn = _rule.AlwaysOn;
        return await _intake.OpenAsync(CancellationToken.None) && await SubscribeAsync(CancellationToken.None) && _core.Source == SourceState.Up;
    }

    private ChannelAttachment Answer(AttachResult result) => new(result, silo.SiloAddress);

    private async Task<bool> SubscribeAsync(CancellationToken cancellationToken)
    {
        if (_subscribing is null or { IsCompletedSuccessfully: true, Result: false } or { IsFaulted: true })
        {
            // Not cancelled with the caller: others wait for the same subscription.
            _subscribing = source.SubscribeAsync(Name, _observer, CancellationToken.None).AsTask();
        }

        try
        {
            return await _subscribing.WaitAsync(s_sourcePatience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Drop(SiloAddress frontend, long generation)
    {
        if (_feeds.Detach(frontend, generation) is { } feed)
        {
            _core.Detach(feed.Lane);
            _core.Traffic.Count(_feeds.Subscribers);
            Log.Detached(logger, Name, frontend, _feeds.Count);
        }
    }

    private Task OnTick(CancellationToken cancellationToken)
    {
        DropDead();
        switch (_clock.Due())
        {
            case ChannelDuty.Beat:
                _core.Beat();
                break;
            case ChannelDuty.Leave:
                DeactivateOnIdle();
                return Task.CompletedTask;
        }

        Arm();
        return Task.CompletedTask;
    }

    private void DropDead()
    {
        foreach (var feed in _feeds.All.Where(feed => sender.IsGone(feed.Frontend)).ToArray())
        {
            Drop(feed.Frontend, long.MaxValue);
        }

        SetNeeded();
    }

    private void SetNeeded()
    {
        if (_clock.SetNeeded(_calls > 0 || _feeds.Count > 0 || _alwaysOn || _core.RemembersKeys))
        {
            Arm();
        }
    }

    private void Arm() => _timer.Change(_clock.Wait(), Timeout.InfiniteTimeSpan);

    private Call BeginCall()
    {
        _calls++;
        SetNeeded();
        return new Call(this);
    }

    private void EndCall()
    {
        _calls--;
        SetNeeded();
    }

    private readonly struct Call(ChannelGrain grain) : IDisposable
    {
        public void Dispose() => grain.EndCall();
    }
}
