namespace SseFabric.TestKit.Delivery;

/// <summary>Where a subscriber of a swarm connects to, and the channels it asks for.</summary>
public sealed record SwarmTarget(Uri Server, params IReadOnlyList<string> Channels)
{
    /// <summary>Servers that it tries in turn when its stream has ended.</summary>
    public IReadOnlyList<Uri> Others { get; init; } = [];

    internal string PathAndQuery => "/events?" + string.Join('&', Channels.Select(channel => "channel=" + Uri.EscapeDataString(channel)));
}
