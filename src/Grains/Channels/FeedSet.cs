namespace SseFabric.Grains.Channels;

/// <summary>The frontends attached to a channel, with their lanes and counts. Not thread-safe.</summary>
internal sealed class FeedSet
{
    private readonly Dictionary<SiloAddress, Feed> _feeds = [];

    public int Count => _feeds.Count;

    /// <summary>Subscribers of the channel in the whole cluster.</summary>
    public int Subscribers { get; private set; }

    public IEnumerable<Feed> All => _feeds.Values;

    /// <summary>The frontend's feed, made if it is not attached yet.</summary>
    public Feed Attach(SiloAddress frontend, long generation, int subscribers, Action<Feed> wake)
    {
        if (!_feeds.TryGetValue(frontend, out var feed))
        {
            feed = new Feed(frontend, wake);
            _feeds.Add(frontend, feed);
        }

        if (generation >= feed.Generation)
        {
            feed.Generation = generation;
            SetCount(feed, subscribers);
        }

        return feed;
    }

    /// <summary>Takes the frontend's feed out, unless it was attached again after <paramref name="generation"/>.</summary>
    public Feed? Detach(SiloAddress frontend, long generation)
    {
        if (!_feeds.TryGetValue(frontend, out var feed) || feed.Generation > generation)
        {
            return null;
        }

        _feeds.Remove(frontend);
        SetCount(feed, 0);
        feed.IsDetached = true;
        return feed;
    }

    /// <summary>Notes how many subscribers the frontend's feed has.</summary>
    public void Report(SiloAddress frontend, int subscribers)
    {
        if (_feeds.TryGetValue(frontend, out var feed))
        {
            SetCount(feed, subscribers);
        }
    }

    private void SetCount(Feed feed, int subscribers)
    {
        Subscribers += subscribers - feed.Subscribers;
        feed.Subscribers = subscribers;
    }
}
