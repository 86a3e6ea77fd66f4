namespace SseFabric.Contracts.Stats;

/// <summary>What is counted of one channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Subscribers">Its subscribers, on all frontends.</param>
/// <param name="Rate">Events a second that it accepts, over about the last two seconds.</param>
public readonly record struct ChannelStats(ChannelName Channel, int Subscribers, double Rate);
