namespace SseFabric.Client.Subscribing;

/// <summary>How <see cref="SseFabricSubscriber"/> reaches the fabric.</summary>
public sealed class SubscriberOptions
{
    /// <summary>The address of a stream endpoint; channels are added to its query. Default <c>http://127.0.0.1:8080/events</c>.</summary>
    public Uri? Address { get; set; } = new("http://127.0.0.1:8080/events");

    /// <summary>Changes each request before it is sent, for an <c>Authorization</c> header for instance. Default null.</summary>
    public Action<HttpRequestMessage>? ConfigureRequest { get; set; }

    /// <summary>The wait before a reconnect until the server has named one with <c>retry:</c>. Default 3 s; 0 to an hour.</summary>
    public TimeSpan Retry { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>What the wait grows to when attempts fail in a row. Default 30 s; 0 to an hour. A longer wait that the server names is kept.</summary>
    public TimeSpan MaxRetry { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection on which nothing came for this long, no heartbeat either, is given up, and so is an attempt without a response. Default 45 s,
    /// three of the server's heartbeats; over 0, up to a day.</summary>
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>The largest event that is taken, in bytes as sent. Default 16777216; 1024 to 1073741824.</summary>
    public int MaxEventBytes { get; set; } = 16 << 20;
}
