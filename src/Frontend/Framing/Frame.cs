namespace SseFabric.Frontend.Framing;

/// <summary>What is written for one event or gap: its bytes in two parts, the larger shared by all subscribers, and the id line in force after it.</summary>
/// <param name="First">For an event its id line, for a gap the <c>missedevents</c> event.</param>
/// <param name="Second">For an event its body, for a gap the block with the id behind the gap.</param>
/// <param name="IdLine">The <c>id</c> line with the subscriber's position after this frame.</param>
/// <param name="Channel">Which of the subscriber's channels it belongs to, as index in its <see cref="Subscribers.ChannelSet"/>.</param>
internal readonly record struct Frame(byte[] First, byte[] Second, byte[] IdLine, int Channel)
{
    /// <summary>Whether the stream ends with it.</summary>
    public bool IsLast { get; init; }

    /// <summary>Bytes on the wire.</summary>
    public int Length => First.Length + Second.Length;
}
