using SseFabric.Contracts;

namespace SseFabric.Channels.Ordering;

/// <summary>The idempotency keys of a channel's recent publishes and what each answered. Not thread-safe.</summary>
public sealed class PublishedKeys(TimeProvider time)
{
    /// <summary>The most keys remembered; with more, a publish with a new key is refused as overload rather than an older one forgotten too soon.</summary>
    public const int MaxKeys = 100_000;

    private readonly Dictionary<string, Cursor> _last = [];
    private readonly Queue<(long At, string Key)> _byAge = new();

    /// <summary>Whether no key is remembered any more.</summary>
    public bool IsEmpty
    {
        get
        {
            Forget();
            return _last.Count == 0;
        }
    }

    /// <summary>Whether another key can be remembered.</summary>
    public bool HasRoom => _last.Count < MaxKeys;

    /// <summary>Finds the position after the events that were published with a key.</summary>
    public bool TryFind(string key, out Cursor last)
    {
        Forget();
        return _last.TryGetValue(key, out last);
    }

    /// <summary>Remembers a key for <see cref="PublishResult.IdempotencyWindow"/>.</summary>
    public void Add(string key, Cursor last)
    {
        _last.Add(key, last);
        _byAge.Enqueue((time.GetTimestamp(), key));
    }

    /// <summary>All that are remembered, the oldest first.</summary>
    public PublishedKey[] ToArray()
    {
        Forget();
        return [.. _byAge.Select(key => new PublishedKey(key.Key, _last[key.Key], time.GetElapsedTime(key.At)))];
    }

    /// <summary>Remembers what another remembered. Before any other.</summary>
    public void Restore(IReadOnlyList<PublishedKey> keys)
    {
        var now = time.GetTimestamp();
        foreach (var key in keys)
        {
            _last.Add(key.Key, key.Last);
            _byAge.Enqueue((now - (long)(key.Age.TotalSeconds * time.TimestampFrequency), key.Key));
        }
    }

    private void Forget()
    {
        while (_byAge.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= PublishResult.IdempotencyWindow)
        {
            _last.Remove(_byAge.Dequeue().Key);
        }
    }
}
