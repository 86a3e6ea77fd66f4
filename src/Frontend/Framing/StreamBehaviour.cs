namespace SseFabric.Frontend.Framing;

/// <summary>What a stream format does by the clock, and when its source is lost. Immutable.</summary>
internal sealed record StreamBehaviour
{
    /// <summary>What is written in silence, and to a poll that ends without an event. Empty: nothing.</summary>
    public ReadOnlyMemory<byte> Heartbeat { get; init; }

    /// <summary>How long a silence is broken by <see cref="Heartbeat"/>; null: never.</summary>
    public TimeSpan? HeartbeatAfter { get; init; }

    /// <summary>Whether <see cref="Heartbeat"/> comes at that interval whatever else is written, and not in silence alone.</summary>
    public bool HeartbeatIsSteady { get; init; }

    /// <summary>How long after its first event a poll ends, zero: with it; null: there are no polls, every response is a stream.</summary>
    public TimeSpan? PollWindow { get; init; }

    /// <summary>After how long a poll ends that has got no event; null: never.</summary>
    public TimeSpan? PollMaxWait { get; init; }

    /// <summary>Whether streams end when the source of one of their channels is lost. Otherwise they stay and wait for it.</summary>
    public bool EndsWithSource { get; init; }
}
