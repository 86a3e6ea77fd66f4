namespace SseFabric.Contracts;

/// <summary>An event that a channel has accepted and numbered. Immutable, shared by everything that delivers it.</summary>
/// <param name="Cursor">The position just after this event.</param>
/// <param name="AcceptedAt">When it was accepted, in Unix milliseconds of the owner's clock.</param>
/// <param name="Event">What the publisher offered.</param>
public sealed record PublishedEvent(Cursor Cursor, long AcceptedAt, NewEvent Event)
{
    /// <summary>What this event is counted as in bounds on bytes: its payload and type, and a flat charge for the objects around them.</summary>
    public int Size => SizeOf(Event);

    /// <summary>What an event will be counted as.</summary>
    public static int SizeOf(NewEvent offered) => offered.Data.Length + (2 * offered.Type.Length) + 128;
}
