namespace SseFabric.TestKit.Delivery;

public enum FaultKind
{
    /// <summary>An event never came, where that isn't allowed.</summary>
    Loss,

    /// <summary>An event never came where that is allowed, but the subscriber was not told at that place.</summary>
    UntoldLoss,

    /// <summary>An event came twice.</summary>
    Repeat,

    /// <summary>An event came after a later one.</summary>
    Disorder,

    /// <summary>The subscriber was told of a gap where nothing was missing.</summary>
    UnexplainedGap,

    /// <summary>Something came that was never published, or to the wrong subscriber.</summary>
    Foreign,
}
