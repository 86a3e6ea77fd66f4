using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Tracing;

namespace SseFabric.Frontend.Subscribers;

// Feeds: attached with the first request for a channel, detached when nobody needs them.
internal sealed partial class FanOut
{
    private static readonly TimeSpan s_readRetry = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<ChannelName, ChannelFeed> _feeds = [];
    private readonly Dictionary<ChannelName, Task> _detaching = [];
    private readonly HashSet<ChannelFeed> _unreported = [];

    /// <summary>The feed of a channel, attached if need be, and kept until <see cref="Release"/>.</summary>
    private ChannelFeed Acquire(ChannelName channel)
    {
        if (!_feeds.TryGetValue(channel, out var feed))
        {
            feed = new ChannelFeed(channel);
            _feeds.Add(channel, feed);
            _ = AttachAsync(feed, _detaching.GetValueOrDefault(channel, Task.CompletedTask));
        }

        feed.Users++;
        return feed;
    }

    private void Release(ChannelFeed feed)
    {
        if (--feed.Users > 0 || !_feeds.TryGetValue(feed.Channel, out var current) || current != feed)
        {
            return;
        }

        if (feed.State == FeedState.Attaching)
        {
            // Once it is answered there is something to detach.
            return;
        }

        _feeds.Remove(feed.Channel);
        if (feed.State == FeedState.Attached)
        {
            Metrics.FeedDetached();
            var detached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = DetachAsync(feed.Channel, detached);
            if (!detached.Task.IsCompleted)
            {
                _detaching[feed.Channel] = detached.Task;
            }
        }
    }

    private async Task AttachAsync(ChannelFeed feed, Task detached)
    {
        var result = new AttachResult(AttachOutcome.Unavailable, default);
        try
        {
            await detached;
            using var span = FrontendTraces.StartAttach(feed.Channel);
            result = await _fabric.AttachAsync(feed.Channel, 0, CancellationToken.None);
            FrontendTraces.Attached(span, result.Outcome);
        }
#pragma warning disable CA1031 // Whatever a fabric throws, the requests that wait for the feed must be answered.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogAttachFailed(feed.Channel, exception);
        }

        Post(new AttachedItem(feed, result));
    }

    private async Task DetachAsync(ChannelName channel, TaskCompletionSource detached)
    {
        try
        {
            await _fabric.DetachAsync(channel);
        }
#pragma warning disable CA1031 // The fabric forgets a process that is gone; there is nobody to tell here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogDetachFailed(channel, exception);
        }

        // Before the item, or it would find the detach still under way and leave its entry for ever.
        detached.SetResult();
        Post(new DetachedItem(channel));
    }

    private void Attached(ChannelFeed feed, AttachResult result)
    {
        if (result.Outcome == AttachOutcome.Attached)
        {
            feed.Attached(result.Head, _rules.For(feed.Channel).History, _time);
            Metrics.FeedAttached();
            foreach (var batch in feed.TakeEarly())
            {
                Deliver(batch);
            }
        }
        else
        {
            feed.Failed(result.Outcome == AttachOutcome.SourceUnavailable ? FeedState.SourceUnavailable : FeedState.Unavailable);

            // The next request tries again.
            _feeds.Remove(feed.Channel);
        }

        // Kept while those who wait go on, detached if nobody is left.
        feed.Users++;
        AdvanceAll(feed.TakeWaiting());
        Release(feed);
    }

    private void StartRead(ChannelFeed feed)
    {
        if (!feed.IsReading)
        {
            feed.IsReading = true;
            _ = ReadAsync(feed, feed.Sequence.ReadAfter, TimeSpan.Zero);
        }
    }

    private async Task ReadAsync(ChannelFeed feed, Cursor? after, TimeSpan delay)
    {
        feed.ReadsBegun++;
        HistoryPage? page = null;
        try
        {
            await Task.Delay(delay, _time);
            Metrics.HistoryRead();
            page = await _fabric.ReadHistoryAsync(feed.Channel, after, CancellationToken.None);
        }
#pragma warning disable CA1031 // Tried again: a hole is never left.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogReadFailed(feed.Channel, exception);
        }

        Post(new ReadItem(feed, page));
    }

    private void Read(ChannelFeed feed, HistoryPage? page)
    {
        feed.ReadsDone = feed.ReadsBegun;
        if (!_feeds.TryGetValue(feed.Channel, out var current) || current != feed)
        {
            feed.IsReading = false;
            AdvanceAll(feed.TakeWaiting());
            return;
        }

        if (page is null)
        {
            // They come back with the same id; live subscribers keep waiting for their hole to be filled.
            RefuseAll(feed.TakeWaiting(), SubscribeOutcome.Unavailable);
        }

        var before = feed.Sequence.Position;
        var isWhole = page is not null && feed.Sequence.Apply(page, _feedItems);
        HandOut(feed);

        // Whatever becomes of those who wait: the others have it.
        PostWalks();
        if (isWhole)
        {
            feed.IsReading = false;
            AdvanceAll(feed.TakeWaiting());
            return;
        }

        var delay = feed.Sequence.Position > before ? TimeSpan.Zero : s_readRetry;
        _ = ReadAsync(feed, feed.Sequence.ReadAfter, delay);
    }

    private void CountChanged(ChannelFeed feed, int change)
    {
        feed.SubscriberCount += change;
        _unreported.Add(feed);
    }

    private void ReportCounts()
    {
        foreach (var feed in _unreported)
        {
            _fabric.ReportSubscribers(feed.Channel, feed.SubscriberCount);
        }

        _unreported.Clear();
    }

    private sealed class AttachedItem(ChannelFeed feed, AttachResult result) : ILoopItem<FanOut>
    {
        public void Execute(FanOut loop) => loop.Attached(feed, result);

        public void Fail(FanOut loop, Exception exception) => loop.GiveUp(feed);
    }

    private sealed class DetachedItem(ChannelName channel) : ILoopItem<FanOut>
    {
        public void Execute(FanOut loop)
        {
            if (loop._detaching.TryGetValue(channel, out var detaching) && detaching.IsCompleted)
            {
                loop._detaching.Remove(channel);
            }
        }
    }

    private sealed class ReadItem(ChannelFeed feed, HistoryPage? page) : ILoopItem<FanOut>
    {
        public void Execute(FanOut loop) => loop.Read(feed, page);

        public void Fail(FanOut loop, Exception exception) => loop.GiveUp(feed);
    }
}
