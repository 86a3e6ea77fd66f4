using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary><c>History</c> of a channel rule: which events stay for those who resume. The newest event is always kept.</summary>
public sealed class HistoryOptions
{
    private const long RedisseMaxBytes = 64 << 20;

    private long? _maxBytes;
    private TimeSpan? _maxAge;
    private string? _store;

    /// <summary>The most events. Default 100; 0 (nothing but the newest) to 1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int Count { get; set; } = 100;

    /// <summary>The most bytes, see <see cref="Contracts.PublishedEvent.Size"/>. Default 1 MiB, and 64 MiB with store <c>redisse</c>; 0 (nothing but the newest)
    /// to 1 TiB.</summary>
    [Range(typeof(long), "0", "1099511627776")]
    public long MaxBytes
    {
        get => _maxBytes ?? (IsRedisse ? RedisseMaxBytes : 1 << 20);
        set => _maxBytes = value;
    }

    /// <summary>The greatest age. Default 1 h, and 365 days with store <c>redisse</c>; 0 (nothing but the newest) to 365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan MaxAge
    {
        get => _maxAge ?? (IsRedisse ? TimeSpan.FromDays(365) : TimeSpan.FromHours(1));
        set => _maxAge = value;
    }

    /// <summary>Where the history lives. Default <c>memory</c>: with the channel's owner; <c>redis</c>: in Redis Streams of the channel's Redis server;
    /// <c>redisse</c>, the default in that profile: in the sorted sets that redisse's publishers and servers share.</summary>
    public string Store
    {
        get => _store ?? DefaultStore;
        set => _store = value;
    }

    /// <summary>Where it lives if nothing else was said.</summary>
    internal string DefaultStore { get; set; } = "memory";

    /// <summary>Whether the history is in a store that outlives the channel's owner, and numbers its events.</summary>
    internal bool IsRecorded => Store.Equals("redis", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the history is in Redis, in whatever form.</summary>
    internal bool IsInRedis => IsRecorded || IsRedisse;

    /// <summary>Whether the history is redisse's.</summary>
    internal bool IsRedisse => Store.Equals("redisse", StringComparison.OrdinalIgnoreCase);

    /// <summary>How long redisse's sorted set lives after its last event; null: for ever, as with redisse.</summary>
    internal TimeSpan? SetLifetime => _maxAge;
}
