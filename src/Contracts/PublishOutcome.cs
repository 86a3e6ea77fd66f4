namespace SseFabric.Contracts;

/// <summary>What came of a publish.</summary>
public enum PublishOutcome
{
    /// <summary>Every event was numbered; it reaches every attached feed or is told there as a gap.</summary>
    Accepted = 0,

    /// <summary>Refused: an event is larger than the channel's <c>MaxEventBytes</c>. Nothing was accepted.</summary>
    TooLarge = 1,

    /// <summary>Refused: an event's payload is not of the channel's format, or its type can't stand in a frame. Nothing was accepted.</summary>
    BadFormat = 2,

    /// <summary>Refused: too much is waiting for delivery. Nothing was accepted; try again later.</summary>
    Overloaded = 3,

    /// <summary>The channel's owner could not be reached in time; the events may or may not have been accepted.</summary>
    Unavailable = 4,

    /// <summary>Refused: the publisher may not publish to the channel, or has not said who it is. Nothing was accepted.</summary>
    Unauthorized = 5,
}
