using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;
using SseFabric.Grains.Streaming;

namespace SseFabric.Grains.Channels;

/// <summary>Publishes a channel's batches to the streams of its frontends, again and again until one is taken. Any thread; one for a silo.</summary>
internal sealed partial class FeedSender(IServiceProvider services, IClusterMembershipService membership, TimeProvider time, ILogger<FeedSender> logger)
{
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<SiloAddress, IAsyncStream<EventBatch>> _streams = new();

    /// <summary>Whether the frontend will never take anything again.</summary>
    public bool IsGone(SiloAddress frontend)
    {
        var gone = membership.CurrentSnapshot.GetSiloStatus(frontend) == SiloStatus.Dead;
        if (gone)
        {
            _streams.TryRemove(frontend, out _);
        }

        return gone;
    }

    /// <summary>Completes once the frontend's silo has the batch, or the feed is detached, or the frontend gone.</summary>
    public async Task SendAsync(Feed feed, EventBatch batch)
    {
        // Sent again as it is: a frontend that had it already drops it by its offsets.
        for (var backoff = s_firstBackoff; !feed.IsDetached && !IsGone(feed.Frontend);)
        {
            try
            {
                await StreamOf(feed.Frontend).OnNextAsync(batch);
                return;
            }
            catch (Exception exception) when (ClusterFaults.IsUnreachable(exception))
            {
                Log.NotTaken(logger, feed.Frontend, batch.Channel, backoff, exception);
            }

            await Task.Delay(backoff, time);
            backoff = TimeSpan.FromTicks(Math.Min(2 * backoff.Ticks, s_longestBackoff.Ticks));
        }
    }

    private IAsyncStream<EventBatch> StreamOf(SiloAddress frontend) => _streams.GetOrAdd(
        frontend,
        static (frontend, services) => services
            .GetRequiredKeyedService<IStreamProvider>(FrontendStreamExtensions.ProviderName)
            .GetStream<EventBatch>(StreamId.Create(IFrontendGrain.StreamNamespace, frontend.ToParsableString())),
        services);

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "Frontend {Frontend} has not taken a batch of channel {Channel}; it is sent again in {Backoff}.",
            EventName = nameof(NotTaken))]
        public static partial void NotTaken(ILogger logger, SiloAddress frontend, ChannelName channel, TimeSpan backoff, Exception exception);
    }
}
