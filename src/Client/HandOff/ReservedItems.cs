namespace SseFabric.Client.HandOff;

/// <summary>Items of a redirect's query that are options, as redisse has them, and so can't be channels.</summary>
internal static class ReservedItems
{
    public const string Polling = "polling";
    public const string LastEventId = "lastEventId";

    public static bool Contains(string item) => item is Polling or LastEventId;
}
