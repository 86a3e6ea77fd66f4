namespace SseFabric.Contracts.Clustering;

/// <summary>A channel's answer to an attach.</summary>
/// <param name="Result">Whether the feed is attached, and where the channel stood.</param>
/// <param name="Owner">The silo that owns the channel now.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.ChannelAttachment")]
public readonly record struct ChannelAttachment([property: Id(0)] AttachResult Result, [property: Id(1)] SiloAddress Owner);
