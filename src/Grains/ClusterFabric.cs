using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;
using SseFabric.Grains.Channels;
using SseFabric.Grains.Feeds;
using SseFabric.Grains.Streaming;

namespace SseFabric.Grains;

/// <summary>The channels of the cluster, each owned by a grain. Any thread.</summary>
/// <remarks>
/// It keeps this process attached to what it attached to: a channel whose owner has died, is leaving, or has not been heard for three of its beats is
/// attached again, and a beat tells the sink where it stands now.
/// </remarks>
internal sealed partial class ClusterFabric(
    IGrainFactory grains,
    ILocalSiloDetails silo,
    IClusterMembershipService membership,
    ChannelSilos channelSilos,
    FrontendQueue queue,
    TimeProvider time,
    ILogger<ClusterFabric> logger) : IChannelFabric, IDisposable
{
    /// <summary>More at once take no less time together, and so many that some are given up as late take longer: each of those is made again.</summary>
    internal const int MaxAttachesAtOnce = 1024;

    private readonly ConcurrentDictionary<ChannelName, RemoteFeed> _feeds = new();
    private readonly SemaphoreSlim _attaches = new(MaxAttachesAtOnce);
    private IFeedSink? _sink;
    private long _generation;

    /// <summary>How many channels this process is attached to.</summary>
    public int FeedCount => _feeds.Count;

    /// <inheritdoc/>
    public void UseSink(IFeedSink sink) => _sink = sink;

    /// <inheritdoc/>
    public async ValueTask<PublishResult> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken)
    {
        try
        {
            return await channelSilos.WaitAsync(cancellationToken)
                ? await GrainOf(channel).PublishAsync([.. events], idempotencyKey).WaitAsync(cancellationToken)
                : PublishResult.Refused(PublishOutcome.Unavailable);
        }
        catch (Exception exception) when (IsUnreachable(exception, cancellationToken))
        {
            Log.PublishFailed(logger, channel, exception.Message);
            return PublishResult.Refused(PublishOutcome.Unavailable);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<AttachResult> AttachAsync(ChannelName channel, long lastKnownEpoch, CancellationToken cancellationToken)
    {
        var feed = _feeds.GetOrAdd(channel, static channel => new RemoteFeed(channel));
        var generation = Interlocked.Increment(ref _generation);
        var result = new AttachResult(AttachOutcome.Unavailable, default);
        try
        {
            if (await channelSilos.WaitAsync(cancellationToken))
            {
                await _attaches.WaitAsync(cancellationToken);
                try
                {
                    result = await AttachAsync(feed, generation, lastKnownEpoch, cancellationToken);
                }
                finally
                {
                    _attaches.Release();
                }
            }
        }
        catch (Exception exception) when (IsUnreachable(exception, cancellationToken))
        {
            Log.AttachFailed(logger, channel, exception.Message);
        }
        finally
        {
            if (result.Outcome != AttachOutcome.Attached && feed.IsNewest(generation))
            {
                // If the channel did attach it, its first beat for an unknown feed has it detached.
                _feeds.TryRemove(new KeyValuePair<ChannelName, RemoteFeed>(channel, feed));
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public async ValueTask DetachAsync(ChannelName channel)
    {
        if (_feeds.TryRemove(channel, out _))
        {
            await DetachAtOwnerAsync(channel, Interlocked.Read(ref _generation));
        }
    }

    /// <inheritdoc/>
    public void ReportSubscribers(ChannelName channel, int count)
    {
        if (_feeds.TryGetValue(channel, out var feed) && feed.Report(count))
        {
            _reports[channel] = feed;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<HistoryPage?> ReadHistoryAsync(ChannelName channel, Cursor? after, CancellationToken cancellationToken)
    {
        try
        {
            return await channelSilos.WaitAsync(cancellationToken) ? await GrainOf(channel).ReadHistoryAsync(after).WaitAsync(cancellationToken) : null;
        }
        catch (Exception exception) when (IsUnreachable(exception, cancellationToken))
        {
            Log.ReadFailed(logger, channel, exception.Message);
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DisconnectResult> DisconnectAsync(Disconnection disconnection, CancellationToken cancellationToken)
    {
        // Those without streams answer so; nobody keeps a list of who has some.
        var silos = membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress);
        var answers = await Task.WhenAll(silos.Select(target => DisconnectAtAsync(target, disconnection))).WaitAsync(cancellationToken);
        return new DisconnectResult(answers.Sum(streams => streams ?? 0), answers.Count(streams => streams is null));
    }

    /// <summary>Ends streams of this process.</summary>
    internal ValueTask<int> DisconnectHereAsync(Disconnection disconnection) => _sink?.DisconnectAsync(disconnection) ?? ValueTask.FromResult(0);

    /// <summary>Takes what came on this silo's stream, or from its own channels. Calls may overlap, never for one channel.</summary>
    internal ValueTask DeliverAsync(IReadOnlyList<EventBatch> batches)
    {
        var now = time.GetTimestamp();
        for (var i = 0; i < batches.Count; i++)
        {
            var batch = batches[i];
            if (_feeds.TryGetValue(batch.Channel, out var feed))
            {
                feed.Heard(batch.Head.Epoch, now);
            }
            else if (_strangers.TryAdd(batch.Channel, Interlocked.Read(ref _generation)))
            {
                Log.Stranger(logger, batch.Channel);
            }
        }

        return _sink is { } sink ? sink.DeliverAsync(batches) : ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _repairs.Dispose();
        _attaches.Dispose();
    }

    private async Task<AttachResult> AttachAsync(RemoteFeed feed, long generation, long lastKnownEpoch, CancellationToken cancellationToken)
    {
        var epoch = feed.BeginAttach(generation, lastKnownEpoch);
        var subscribers = feed.Subscribers;
        var attachment = await GrainOf(feed.Channel)
            .AttachAsync(silo.SiloAddress, generation, epoch, subscribers, cancellationToken)
            .WaitAsync(cancellationToken);
        if (attachment.Result.Outcome == AttachOutcome.Attached)
        {
            feed.Attached(attachment.Owner, attachment.Result.Head.Epoch, subscribers, time.GetTimestamp());
        }

        return attachment.Result;
    }

    private async Task<int?> DisconnectAtAsync(SiloAddress target, Disconnection disconnection)
    {
        try
        {
            return await grains.GetGrain<IFrontendGrain>(target.ToParsableString()).DisconnectAsync(disconnection.Channel?.Value, disconnection.TokenId);
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
        {
            Log.DisconnectFailed(logger, target, exception.Message);
            return null;
        }
    }

    private async Task DetachAtOwnerAsync(ChannelName channel, long generation)
    {
        try
        {
            if (channelSilos.AreThere)
            {
                await GrainOf(channel).DetachAsync(silo.SiloAddress, generation);
            }
        }
        catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
        {
            // An owner that is alive after all goes on sending, and is told again then.
            Log.DetachFailed(logger, channel, exception.Message);
        }
    }

    private IChannelGrain GrainOf(ChannelName channel) => grains.ChannelGrain(channel);

    private static bool IsUnreachable(Exception exception, CancellationToken cancellationToken) =>
        ClusterFaults.IsUnreachable(exception) && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);
}
