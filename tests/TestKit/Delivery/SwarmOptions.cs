namespace SseFabric.TestKit.Delivery;

public sealed record SwarmOptions
{
    public static readonly SwarmOptions Default = new();

    /// <summary>Whether a subscriber comes back with its last event id when its stream ends, as a browser does.</summary>
    public bool Reconnect { get; init; }

    /// <summary>Whether it comes back after the reconnection time that it was last told, and gives up for good on an answer other than 200, as a browser does.</summary>
    public bool IsBrowser { get; init; }

    /// <summary>The socket's receive buffer, in bytes; null: the system's default.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>What names in the ledger begin with.</summary>
    public string Prefix { get; init; } = "s";

    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
