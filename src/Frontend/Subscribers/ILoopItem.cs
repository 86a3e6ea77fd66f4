namespace SseFabric.Frontend.Subscribers;

/// <summary>Something to be done on a loop.</summary>
internal interface ILoopItem<in TLoop>
    where TLoop : WorkLoop<TLoop>
{
    void Execute(TLoop loop);

    /// <summary><see cref="Execute"/> has thrown: who waits for it is answered, and who may have been left with half of it is sent away to come back.</summary>
    void Fail(TLoop loop, Exception exception)
    {
    }
}
