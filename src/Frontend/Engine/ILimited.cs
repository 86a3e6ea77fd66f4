namespace SseFabric.Frontend.Engine;

/// <summary>Something in a loop's table that has a time in which to get on. Used on the loop only.</summary>
internal interface ILimited
{
    /// <summary>The loop's tick at which the time is up.</summary>
    long Deadline { get; set; }

    /// <summary>The time is up, and it is still there.</summary>
    void TimeIsUp();
}
