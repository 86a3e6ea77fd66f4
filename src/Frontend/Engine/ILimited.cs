namespace SseFabric.Frontend.Engine;

/// <summary>Something that has a time in which to get on. Used on the loop only.</summary>
internal interface ILimited
{
    /// <summary>The time is up, whatever has become of it.</summary>
    void TimeIsUp();
}
