using SseFabric.Contracts;

namespace SseFabric.Channels.History.Recording;

/// <summary>A message of the source.</summary>
internal sealed class MessageEntry(NewEvent offered) : IntakeEntry
{
    public NewEvent Event { get; } = offered;

    public override long Size => PublishedEvent.SizeOf(Event);
}
