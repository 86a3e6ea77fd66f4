using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary><c>History</c> of a channel rule: which events stay for those who resume. The newest event is always kept.</summary>
public sealed class HistoryOptions
{
    /// <summary>The most events. Default 100; 0 (nothing but the newest) to 1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int Count { get; set; } = 100;

    /// <summary>The most bytes, see <see cref="Contracts.PublishedEvent.Size"/>. Default 1 MiB; 0 (nothing but the newest) to 1 TiB.</summary>
    [Range(typeof(long), "0", "1099511627776")]
    public long MaxBytes { get; set; } = 1 << 20;

    /// <summary>The greatest age. Default 1 h; 0 (nothing but the newest) to 365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Where the history lives. Default <c>memory</c>: with the channel's owner; <c>redis</c>: in Redis Streams of the channel's Redis server.</summary>
    public string Store { get; set; } = "memory";

    /// <summary>Whether the history is in a store that outlives the channel's owner.</summary>
    internal bool IsRecorded => Store.Equals("redis", StringComparison.OrdinalIgnoreCase);
}
