using SseFabric.Client.Subscribing;

namespace SseFabric.Client.Cli.Commands;

/// <summary>How <c>listen</c> prints an item.</summary>
internal static class ListenLine
{
    public static string Of(StreamItem item) => item switch
    {
        StreamEvent received => $"{Dash(received.LastEventId)}\t{Escape(received.Type)}\t{Escape(received.Data)}",
        StreamGap gap => $"!\tgap\t{Escape(gap.Channel)}: {Escape(gap.Reason)}",
        _ => throw new ArgumentOutOfRangeException(nameof(item), item, null),
    };

    private static string Dash(string id) => id.Length == 0 ? "-" : Escape(id);

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
