using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Stream</c>: the stream endpoint.</summary>
public sealed class StreamOptions
{
    /// <summary>The endpoint's path; <c>{Path}/{channel}</c> is served too. Default <c>/events</c>; empty: no open endpoint.</summary>
    public string Path { get; set; } = "/events";

    /// <summary>The native profile's <see cref="Heartbeat"/>, and how long a peer is waited for, unless it is set.</summary>
    public static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(15);

    /// <summary>A comment is sent after this much silence. Default null: as the profile has it, 15 s in native; 0.1 s to 1 h; 0: never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan? Heartbeat { get; set; }

    /// <summary>The reconnection time told to clients. Default 3 s; 0 to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Retry { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>A stream ends at a random moment between 80 and 100 % of this. Default null: never; 1 s to 365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>The most channels that a request may name. Default 100; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int MaxChannels { get; set; } = 100;

    /// <summary>The most subscribers of this process. Default 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int MaxSubscribers { get; set; }

    /// <summary>The most subscribers of this process from one client address. Default 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int MaxPerAddress { get; set; }

    /// <summary>What is done with a subscriber whose queue is full. Default <see cref="SlowSubscriberPolicy.Close"/>.</summary>
    public SlowSubscriberPolicy SlowSubscriber { get; set; } = SlowSubscriberPolicy.Close;

    /// <summary>The bound of a subscriber's queue, in bytes, without the frame being written. Default 1 MiB; 4 KiB to 1 GiB.</summary>
    [Range(4 << 10, 1 << 30)]
    public int MaxQueuedBytes { get; set; } = 1 << 20;

    /// <summary>Requests that poll.</summary>
    public PollingOptions Polling { get; set; } = new();

    /// <summary>Which pages of other origins may read streams.</summary>
    public CorsOptions Cors { get; set; } = new();

    /// <summary>How long a peer that gives no sign of life is waited for: a <see cref="Heartbeat"/>.</summary>
    public TimeSpan Patience => Heartbeat is { Ticks: > 0 } heartbeat ? heartbeat : DefaultHeartbeat;

    /// <summary>The silence after which a stream has a comment; null: none is sent.</summary>
    /// <param name="ofProfile">What the profile has unless it is set.</param>
    public TimeSpan? HeartbeatOr(TimeSpan ofProfile) => Heartbeat is null ? ofProfile : Heartbeat > TimeSpan.Zero ? Heartbeat : null;
}
