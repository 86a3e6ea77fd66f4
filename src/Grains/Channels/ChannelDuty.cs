namespace SseFabric.Grains.Channels;

/// <summary>What a channel has to do now.</summary>
internal enum ChannelDuty
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Repeat its head to the feeds.</summary>
    Beat = 1,

    /// <summary>Unsubscribe and go.</summary>
    Leave = 2,
}
