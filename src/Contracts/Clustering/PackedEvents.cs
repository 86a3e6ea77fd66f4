namespace SseFabric.Contracts.Clustering;

/// <summary>A list of events on the wire. See <see cref="PackedEventsCodec"/>.</summary>
internal readonly struct PackedEvents(IReadOnlyList<PublishedEvent> events)
{
    private readonly IReadOnlyList<PublishedEvent>? _events = events;

    public IReadOnlyList<PublishedEvent> Events => _events ?? [];
}
