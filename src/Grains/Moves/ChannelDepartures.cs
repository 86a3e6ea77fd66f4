using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Stats;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;
using SseFabric.Grains.Channels;

namespace SseFabric.Grains.Moves;

/// <summary>Finds other silos for the channels of this one, which is about to end, and hands over what they go on from. Any thread; one for a silo.</summary>
/// <remarks>
/// <para>1. The other silo subscribes, and publishes a fence on a channel that both listen to. 2. At the fence, in the one order that the server gives all
/// who hear it, this silo stops hearing the channel, and the other begins to keep what comes. 3. The grain sees through what it has, hands it over, and
/// migrates; the calls that wait for it go with it.</para>
/// <para>Both steps are done for many channels at once.</para>
/// </remarks>
internal sealed partial class ChannelDepartures(
    IChannelSource sources, ChannelSilos silos, ChannelMoveClient client, MoveMetrics metrics, TimeProvider time, ILogger<ChannelDepartures> logger)
{
    private const int MaxChannelsAFence = 1000;
    private const long MaxHandOverBytes = 4 << 20;
    private static readonly TimeSpan s_fencePatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(SiloAddress, IOrderedSource), Batches<(ChannelName Channel, IChannelSourceObserver Observer), bool>> _fences = new();
    private readonly ConcurrentDictionary<SiloAddress, Batches<MovedChannel, bool>> _handOvers = new();

    /// <summary>Finds a silo for a channel, and has it hear the source from the place on where <paramref name="observer"/> doesn't any more.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="observer">What hears the source here; null: nothing does.</param>
    /// <returns>Null if there is no other silo with channels.</returns>
    public async Task<Departure?> LeaveAsync(ChannelName channel, IChannelSourceObserver? observer)
    {
        if (silos.Other(channel) is not { } target)
        {
            return null;
        }

        metrics.Leaving();
        return new Departure(target, observer is null || sources.IsSilent(channel) || await CutAsync(target, channel, observer));
    }

    /// <summary>Hands over what the channel's next owner goes on from.</summary>
    /// <returns>Whether the other silo has it.</returns>
    public async Task<bool> HandOverAsync(SiloAddress target, MovedChannel channel)
    {
        var isTaken = false;
        try
        {
            isTaken = await _handOvers.GetOrAdd(target, HandOversTo).AddAsync(channel);
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
        {
            Log.NotTaken(logger, channel.Channel, target, exception.Message);
        }

        metrics.Left(!isTaken ? MoveOutcome.Failed : channel.IsUnbroken ? MoveOutcome.Unbroken : MoveOutcome.Broken);
        return isTaken;
    }

    private async Task<bool> CutAsync(SiloAddress target, ChannelName channel, IChannelSourceObserver observer)
    {
        if (sources.OrderOf(channel) is not { } source)
        {
            return false;
        }

        try
        {
            return await _fences.GetOrAdd((target, source), FencesAt).AddAsync((channel, observer));
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
        {
            Log.NotFenced(logger, channel, target, exception.Message);
            return false;
        }
    }

    private Batches<(ChannelName Channel, IChannelSourceObserver Observer), bool> FencesAt((SiloAddress Target, IOrderedSource Source) at) =>
        new(batch => CutAsync(at.Target, at.Source, batch), weight: _ => 1, MaxChannelsAFence);

    private Batches<MovedChannel, bool> HandOversTo(SiloAddress target) =>
        new(batch => HandOverAsync(target, batch), Weight, MaxHandOverBytes);

    private async Task<IReadOnlyList<bool>> CutAsync(
        SiloAddress target, IOrderedSource source, IReadOnlyList<(ChannelName Channel, IChannelSourceObserver Observer)> batch)
    {
        using var fence = new SourceFence(source, SourceFence.NewChannel(), () =>
        {
            foreach (var (channel, observer) in batch)
            {
                source.Unsubscribe(channel, observer);
            }
        });
        using var patience = new CancellationTokenSource(s_fencePatience, time);
        if (!await fence.ListenAsync(patience.Token))
        {
            return new bool[batch.Count];
        }

        var preparation = await client.On(target).PrepareAsync([.. batch.Select(leaving => leaving.Channel.Value)], fence.Channel.Value);

        // Two servers of one cluster may give two orders.
        var isFenced = preparation.Server is { } server && await fence.WaitAsync(s_fencePatience, time) == server;
        Log.Fenced(logger, batch.Count, target, isFenced);
        return Array.ConvertAll(preparation.Heard, heard => heard && isFenced);
    }

    private async Task<IReadOnlyList<bool>> HandOverAsync(SiloAddress target, IReadOnlyList<MovedChannel> batch)
    {
        await client.On(target).TakeOverAsync([.. batch]);
        return [.. batch.Select(_ => true)];
    }

    private static long Weight(MovedChannel channel) => 256 + (channel.History?.Events.Sum(published => (long)published.Size) ?? 0) + (64L * channel.Keys.Length);

    private static partial class Log
    {
        [LoggerMessage(1310, LogLevel.Debug, "{Channels} channels leave for {Target}; behind a fence that both have passed: {IsFenced}.", EventName = nameof(Fenced))]
        public static partial void Fenced(ILogger logger, int channels, SiloAddress target, bool isFenced);

        [LoggerMessage(1311, LogLevel.Warning, "Channel {Channel} leaves for {Target} with a gap: {Reason}", EventName = nameof(NotFenced))]
        public static partial void NotFenced(ILogger logger, ChannelName channel, SiloAddress target, string reason);

        [LoggerMessage(1312, LogLevel.Warning, "Channel {Channel} can't be handed over to {Target}, and begins again elsewhere: {Reason}", EventName = nameof(NotTaken))]
        public static partial void NotTaken(ILogger logger, string channel, SiloAddress target, string reason);
    }
}
