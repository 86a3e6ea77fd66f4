namespace SseFabric.TestKit.Delivery;

/// <summary>The sequences of a channel that a test allows to be lost if the subscriber is told, both ends included.</summary>
/// <remarks><c>Last</c> one less than <c>First</c>: nothing may be lost, but a gap may be told between those two.</remarks>
public readonly record struct LossWindow(string Channel, long First, long Last)
{
    internal bool AllowsLoss(string channel, long sequence) => channel == Channel && sequence >= First && sequence <= Last;

    internal bool AllowsTelling(string channel, long after) => channel == Channel && after >= First - 1 && after <= Last;
}
