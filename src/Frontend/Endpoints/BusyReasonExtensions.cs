namespace SseFabric.Frontend.Endpoints;

internal static class BusyReasonExtensions
{
    /// <summary>The word in the header.</summary>
    public static string Word(this BusyReason reason) => reason switch
    {
        BusyReason.Redis => "redis",
        BusyReason.Starting => "starting",
        BusyReason.Draining => "draining",
        BusyReason.Limit or BusyReason.LimitPerAddress => "limit",
        BusyReason.Upstream => "upstream",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    /// <summary>What is said to a person.</summary>
    public static string Sentence(this BusyReason reason) => reason switch
    {
        BusyReason.Redis => "The server that the messages come from can't be reached now; come back later.",
        BusyReason.Starting => "The channel's owner can't be reached yet; come back later.",
        BusyReason.Draining => "This server is about to end; come back, and another one answers.",
        BusyReason.Limit => "This server has as many subscribers as it may; come back later.",
        BusyReason.LimitPerAddress => "This address has as many streams open as it may; come back later.",
        BusyReason.Upstream => "The application gave no answer; come back later.",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
