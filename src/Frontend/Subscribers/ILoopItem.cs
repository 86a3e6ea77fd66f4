namespace SseFabric.Frontend.Subscribers;

/// <summary>Something to be done on the fan-out loop.</summary>
internal interface ILoopItem
{
    void Execute(FanOut loop);
}
