using SseFabric.Contracts.Stats;

namespace SseFabric.Frontend.Management;

/// <summary>How counts look in JSON.</summary>
internal static class StatsJson
{
    public static object Of(ChannelStats channel) => new { name = channel.Channel.Value, subscribers = channel.Subscribers, rate = channel.Rate };

    public static object OfOwner(ProcessStats silo) =>
        new { name = silo.Name, address = silo.Address, state = Word(silo.State), channels = silo.Owner!.Value.Channels, published = silo.Owner.Value.Published };

    public static object OfFrontend(ProcessStats frontend)
    {
        var counts = frontend.Frontend!.Value;
        return new
        {
            name = frontend.Name,
            address = frontend.Address,
            state = Word(frontend.State),
            connected = counts.Connected,
            served = counts.Served,
            events = counts.Events,
            missing = counts.Missing,
        };
    }

    private static string Word(ProcessState state) => state switch
    {
        ProcessState.Joining => "joining",
        ProcessState.Active => "active",
        ProcessState.Draining => "draining",
        ProcessState.Leaving => "leaving",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
