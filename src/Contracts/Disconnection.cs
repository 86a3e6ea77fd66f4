namespace SseFabric.Contracts;

/// <summary>Which streams are to be ended: those of a channel, or those that were opened with a token. Immutable.</summary>
public sealed record Disconnection
{
    /// <summary>The longest token id.</summary>
    public const int MaxTokenIdLength = 1024;

    private Disconnection()
    {
    }

    /// <summary>The channel; null: it is a token's streams that are meant.</summary>
    public ChannelName? Channel { get; private init; }

    /// <summary>The token's id; null: it is a channel's streams that are meant.</summary>
    public string? TokenId { get; private init; }

    /// <summary>Every stream that has this channel among its own.</summary>
    public static Disconnection OfChannel(ChannelName channel) => new() { Channel = channel };

    /// <summary>Every stream that was opened with a token of this id (<c>jti</c>).</summary>
    public static Disconnection OfToken(string tokenId) => new() { TokenId = tokenId };
}
