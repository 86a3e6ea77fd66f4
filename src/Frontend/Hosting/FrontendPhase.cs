namespace SseFabric.Frontend.Hosting;

/// <summary>Where a frontend is in its life.</summary>
public enum FrontendPhase
{
    /// <summary>Not everything runs yet.</summary>
    Starting = 0,

    /// <summary>New subscribers are taken.</summary>
    Ready = 1,

    /// <summary>On its way to its end: no new subscribers.</summary>
    Draining = 2,
}
