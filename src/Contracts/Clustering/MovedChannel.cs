namespace SseFabric.Contracts.Clustering;

/// <summary>What a channel's owner leaves to the next one.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Head">Where it stood at the end.</param>
/// <param name="History">Its history; null: it is in a store that the next owner reads.</param>
/// <param name="Keys">The idempotency keys that it remembers.</param>
/// <param name="Feeds">The frontends that are attached, each with everything up to <paramref name="Head"/>.</param>
/// <param name="IsAlwaysOn">Whether it stays subscribed without any.</param>
/// <param name="IsSubscribed">Whether it heard its source.</param>
/// <param name="IsUnbroken">Whether all that came before the fence is in it, so that the next owner can go on without a gap.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.MovedChannel")]
public sealed record MovedChannel(
    [property: Id(0)] string Channel,
    [property: Id(1)] Cursor Head,
    [property: Id(2)] HistoryPage? History,
    [property: Id(3)] MovedKey[] Keys,
    [property: Id(4)] MovedFeed[] Feeds,
    [property: Id(5)] bool IsAlwaysOn,
    [property: Id(6)] bool IsSubscribed,
    [property: Id(7)] bool IsUnbroken);
