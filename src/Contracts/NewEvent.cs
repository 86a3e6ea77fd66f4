namespace SseFabric.Contracts;

/// <summary>An event as a publisher offers it, not yet numbered.</summary>
/// <param name="Type">The event's type, as in the <c>event</c> field of the HTML standard. Default: <see cref="DefaultType"/>.</param>
/// <param name="Data">The payload, any bytes. Not copied: the giver must not change them afterwards.</param>
public sealed record NewEvent(string Type, ReadOnlyMemory<byte> Data)
{
    /// <summary>The type of an event that names none (HTML standard, "dispatch the event").</summary>
    public const string DefaultType = "message";

    /// <summary>The longest type, in characters.</summary>
    public const int MaxTypeLength = 255;

    /// <summary>An event of the default type.</summary>
    public NewEvent(ReadOnlyMemory<byte> data)
        : this(DefaultType, data)
    {
    }

    /// <summary>The reconnection time that the event carries, whole milliseconds on the wire; null (the default): none.</summary>
    public TimeSpan? Retry { get; init; }

    /// <summary>True if the channel refused the payload (too large, or not of its format): the place is numbered, and subscribers are told of the gap.</summary>
    public bool Rejected { get; init; }

    /// <summary>True if <see cref="Data"/> is a ready event of the HTML standard's stream format, id and blank line included. Type and reconnection time
    /// are in it then, and not here.</summary>
    public bool IsFrame { get; init; }

    /// <summary>Whether <paramref name="type"/> can stand in an <c>event</c> field: 1 to 255 characters without CR, LF or NUL.</summary>
    public static bool IsValidType(string type) =>
        type.Length is > 0 and <= MaxTypeLength && type.AsSpan().IndexOfAny('\r', '\n', '\0') < 0;
}
