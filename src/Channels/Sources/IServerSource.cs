namespace SseFabric.Channels.Sources;

/// <summary>The messages of one server, over one connection of the fabric's own. Any thread.</summary>
internal interface IServerSource : IChannelSource, IAsyncDisposable
{
    /// <summary>Whether the server answers now.</summary>
    bool IsConnected { get; }

    SourceCounters Counters { get; }

    /// <summary>Begins to connect. Idempotent.</summary>
    void Start();
}
