namespace SseFabric.Frontend.Engine;

/// <summary>A connection of the server's that can become a stream of the engine's. A feature of the connection; used by the request that it serves.</summary>
internal interface IDetachable
{
    /// <summary>The loop that has the connection, and will write the stream.</summary>
    EngineLoop Loop { get; }

    /// <summary>Keeps the response's head, which the server is about to write.</summary>
    void HoldHead();

    /// <summary>Gives the connection, and the head, to the stream. The server reads and writes no more of it.</summary>
    /// <returns>False: the connection is gone.</returns>
    bool TryDetach(StreamSocket stream);
}
