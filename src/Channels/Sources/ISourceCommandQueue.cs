namespace SseFabric.Channels.Sources;

/// <summary>Takes commands for the server. Any thread; never blocks.</summary>
internal interface ISourceCommandQueue
{
    /// <summary>Queues a command; the server gets them in this order.</summary>
    void Enqueue(SourceCommandKind kind, SourceSubscription? subscription);
}
