using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Publishing;

/// <summary>The events of a request that are for one channel.</summary>
internal sealed record ChannelPart(ChannelName Channel, ChannelRule Rule, List<NewEvent> Events);
