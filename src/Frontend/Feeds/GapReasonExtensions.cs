namespace SseFabric.Frontend.Feeds;

internal static class GapReasonExtensions
{
    /// <summary>The word on the wire.</summary>
    public static string Word(this GapReason reason) => reason switch
    {
        GapReason.Evicted => "evicted",
        GapReason.Epoch => "epoch",
        GapReason.Unknown => "unknown",
        GapReason.Slow => "slow",
        GapReason.Rejected => "rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
