using System.Collections.Concurrent;
using SseFabric.Contracts;
using SseFabric.Grains.Channels;
using SseFabric.Grains.Feeds;

namespace SseFabric.Grains;

internal sealed partial class ClusterFabric
{
    private const int MaxCallsAtOnce = 64;

    private static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_silence = 3 * ChannelClock.SlowBeat;
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromSeconds(2);

    // Ample for a silo's channels to move, which bring their feeds along: until then an attach would only be in the way.
    private static readonly TimeSpan s_move = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ChannelName, RemoteFeed> _reports = new();
    private readonly ConcurrentDictionary<ChannelName, long> _strangers = new();
    private readonly SemaphoreSlim _repairs = new(MaxCallsAtOnce);

    /// <summary>Keeps the feeds attached and their counts known until <paramref name="stopping"/>.</summary>
    internal Task KeepAsync(CancellationToken stopping) => Task.WhenAll(WatchMembersAsync(stopping), RoundsAsync(stopping));

    private async Task WatchMembersAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var members in membership.MembershipUpdates.WithCancellation(stopping))
            {
                RepairWhere(feed => feed.Owner is { } owner && IsLeaving(members, owner), stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private async Task RoundsAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(s_round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                RepairWhere(feed => feed.IsSilent(time, s_silence), stopping);
                if (!channelSilos.AreThere)
                {
                    // Nobody to tell.
                    continue;
                }

                await Parallel.ForEachAsync(TakeReports(), Calls(stopping), (report, _) => ReportAsync(report.Key, report.Value));
                await Parallel.ForEachAsync(TakeStrangers(), Calls(stopping), (stranger, _) => new(DetachAtOwnerAsync(stranger.Key, stranger.Value)));
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private void RepairWhere(Func<RemoteFeed, bool> isBroken, CancellationToken stopping)
    {
        foreach (var (_, feed) in _feeds)
        {
            if (isBroken(feed) && feed.TryBeginRepair())
            {
                _ = RepairAsync(feed, stopping);
            }
        }
    }

    private async Task RepairAsync(RemoteFeed feed, CancellationToken stopping)
    {
        Log.Repairing(logger, feed.Channel, feed.Owner);
        try
        {
            var isMoving = membership.CurrentSnapshot.GetSiloStatus(feed.Owner!) == SiloStatus.ShuttingDown;
            await Task.Delay(isMoving ? s_move : TimeSpan.Zero, time, stopping);
            for (var backoff = isMoving ? s_move : s_firstBackoff; IsKept(feed) && !await TryRepairAsync(feed, isMoving, stopping);)
            {
                await Task.Delay(backoff, time, stopping);
                backoff = TimeSpan.FromTicks(Math.Min(2 * backoff.Ticks, s_longestBackoff.Ticks));
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
        finally
        {
            feed.EndRepair();
        }
    }

    private async Task<bool> TryRepairAsync(RemoteFeed feed, bool isMoving, CancellationToken stopping)
    {
        var epoch = feed.Epoch;
        var generation = Interlocked.Increment(ref _generation);
        AttachResult result;
        try
        {
            if (!await channelSilos.WaitAsync(stopping))
            {
                return false;
            }

            await _repairs.WaitAsync(stopping);
            try
            {
                result = await AttachAsync(feed, generation, lastKnownEpoch: 0, stopping);
            }
            finally
            {
                _repairs.Release();
            }
        }
        catch (Exception exception) when (IsUnreachable(exception, stopping))
        {
            Log.NotYetRepaired(logger, feed.Channel, exception.Message);
            return false;
        }

        if (!IsKept(feed))
        {
            // Detached meanwhile: a detach that was overtaken by this attach would be none.
            await DetachAtOwnerAsync(feed.Channel, generation);
            return true;
        }

        if (result.Outcome != AttachOutcome.Attached)
        {
            return false;
        }

        // A channel that has moved whole has sent, or will, what comes before its head: it must not be taken for lost.
        if (!isMoving || result.Head.Epoch != epoch)
        {
            // Through the queue, as everything for the sink: calls for one channel must not overlap.
            await queue.EnqueueAsync([new EventBatch(feed.Channel, [], result.Head)]);
        }

        Log.Repaired(logger, feed.Channel, feed.Owner!, result.Head);
        return !IsLeaving(membership.CurrentSnapshot, feed.Owner!);
    }

    private async ValueTask ReportAsync(ChannelName channel, RemoteFeed feed)
    {
        var count = feed.Subscribers;
        try
        {
            await GrainOf(channel).ReportSubscribersAsync(silo.SiloAddress, count);
            feed.Reported(count);
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
        {
            Log.ReportFailed(logger, channel, exception.Message);
            if (IsKept(feed))
            {
                _reports.TryAdd(channel, feed);
            }
        }
    }

    private bool IsKept(RemoteFeed feed) => _feeds.TryGetValue(feed.Channel, out var kept) && kept == feed;

    private List<KeyValuePair<ChannelName, RemoteFeed>> TakeReports()
    {
        var taken = new List<KeyValuePair<ChannelName, RemoteFeed>>();
        foreach (var report in _reports)
        {
            if (_reports.TryRemove(report) && IsKept(report.Value))
            {
                taken.Add(report);
            }
        }

        return taken;
    }

    private List<KeyValuePair<ChannelName, long>> TakeStrangers()
    {
        var taken = new List<KeyValuePair<ChannelName, long>>();
        foreach (var stranger in _strangers)
        {
            if (_strangers.TryRemove(stranger) && !_feeds.ContainsKey(stranger.Key))
            {
                taken.Add(stranger);
            }
        }

        return taken;
    }

    private static ParallelOptions Calls(CancellationToken stopping) => new() { MaxDegreeOfParallelism = MaxCallsAtOnce, CancellationToken = stopping };

    // A silo unknown to the snapshot is one that is new, or was forgotten long ago; its silence tells which.
    private static bool IsLeaving(ClusterMembershipSnapshot members, SiloAddress silo) =>
        members.GetSiloStatus(silo) is SiloStatus.ShuttingDown or SiloStatus.Stopping or SiloStatus.Dead;
}
