namespace SseFabric.Frontend.Subscribers;

/// <summary>What is known of the other end of a connection. Any thread.</summary>
internal interface IPeer
{
    /// <summary>Whether it has vanished without a word: data is being sent again and again, and nothing has been acknowledged for <paramref name="patience"/>.</summary>
    bool HasVanished(TimeSpan patience);

    /// <summary>Has the kernel ask a peer that is sent no heartbeats, after so much silence and as often, whether it is still there.</summary>
    void Probe(TimeSpan silence);
}
