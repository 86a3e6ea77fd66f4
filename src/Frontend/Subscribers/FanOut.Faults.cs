using SseFabric.Frontend.Feeds;

namespace SseFabric.Frontend.Subscribers;

// Faults of our own: what an item throws ends what the item was about, and nothing else.
internal sealed partial class FanOut
{
    /// <summary>Sends away everybody who reads or awaits a feed, as nobody knows what they have had of it: they come back and resume.</summary>
    private void GiveUp(ChannelFeed feed)
    {
        // Kept while those who wait are answered.
        feed.Users++;
        feed.IsReading = false;
        if (feed.State == FeedState.Attaching)
        {
            feed.Failed(FeedState.Unavailable);
            _feeds.Remove(feed.Channel);
        }

        RefuseAll(feed.TakeWaiting(), SubscribeOutcome.Unavailable);
        foreach (var (set, _) in feed.Groups.SelectMany(group => group.Sets))
        {
            PostToAll(new DeliveryLoop.CloseSetItem(set, CloseReason.Fault));
        }

        Release(feed);
    }

    /// <summary>Refuses a request that failed on its way.</summary>
    private void GiveUp(SubscribeRequest request)
    {
        if (request.IsDone)
        {
            return;
        }

        if (request.Subscriber.IsJoined)
        {
            Metrics.SubscriberClosed(request.Subscriber.Path, CloseReason.Fault);
            Left(request.Subscriber);

            // It is on no loop.
            request.Subscriber.Joined(null!);
        }

        request.Feeds ??= [];
        Finish(request, SubscribeOutcome.Unavailable);
    }

    private void TryAdvance(SubscribeRequest request)
    {
        try
        {
            Advance(request);
        }
#pragma warning disable CA1031 // Others wait with it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failed(request, exception);
            GiveUp(request);
        }
    }
}
