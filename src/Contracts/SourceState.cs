namespace SseFabric.Contracts;

/// <summary>Whether a channel hears the server that its messages come from.</summary>
public enum SourceState
{
    /// <summary>Every message published from now on reaches the channel.</summary>
    Up = 0,

    /// <summary>The connection is lost. Feeds stay attached; when it returns a new epoch begins.</summary>
    Lost = 1,
}
