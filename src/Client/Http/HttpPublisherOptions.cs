namespace SseFabric.Client.Http;

/// <summary>How <see cref="HttpChannelPublisher"/> reaches the fabric.</summary>
public sealed class HttpPublisherOptions
{
    /// <summary>The address of a frontend, or of what balances between frontends; http or https. Default <c>http://127.0.0.1:8080</c>.</summary>
    public Uri? Address { get; set; } = new("http://127.0.0.1:8080");

    /// <summary>One of the frontend's <c>Publish:Keys</c>, or a token whose claim allows publishing; sent as <c>Authorization: Bearer</c>. Default null: none.</summary>
    public string? Key { get; set; }

    /// <summary>How often a publish is tried in all. Default 4; 1 (no idempotency key is sent then, unless the caller gives one) to 20.</summary>
    public int Attempts { get; set; } = 4;

    /// <summary>How long one try may take. Default 10 s; over 0, up to an hour.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the second try; it doubles with each further one, and up to half as much again is added at random. Default 200 ms; 0 to
    /// <see cref="MaxRetryDelay"/>.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait before a try. A server that asks for a longer one is not waited for. Default 5 s; up to an hour.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);
}
