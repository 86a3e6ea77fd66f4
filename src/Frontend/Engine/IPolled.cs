namespace SseFabric.Frontend.Engine;

/// <summary>What a descriptor in a loop's table is for. Used on the loop only.</summary>
internal interface IPolled
{
    void Ready(PollEvents events);

    /// <summary>The loop ends: the descriptor is closed.</summary>
    void Drop();
}
