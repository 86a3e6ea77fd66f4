namespace SseFabric.Contracts.Stats;

/// <summary>Where a process is in its life, as the others see it.</summary>
public enum ProcessState
{
    /// <summary>Not a member of the cluster yet.</summary>
    Joining = 0,

    /// <summary>Takes part.</summary>
    Active = 1,

    /// <summary>A frontend that closes its streams before it ends.</summary>
    Draining = 2,

    /// <summary>Leaves the cluster.</summary>
    Leaving = 3,
}
