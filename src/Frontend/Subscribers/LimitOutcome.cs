namespace SseFabric.Frontend.Subscribers;

/// <summary>Whether a stream is within the limits.</summary>
internal enum LimitOutcome
{
    Entered,
    Total,
    Address,
}
