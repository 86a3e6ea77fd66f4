namespace SseFabric.Frontend.Subscribers;

/// <summary>Something to be done on a loop.</summary>
internal interface ILoopItem<in TLoop>
    where TLoop : WorkLoop<TLoop>
{
    void Execute(TLoop loop);
}
