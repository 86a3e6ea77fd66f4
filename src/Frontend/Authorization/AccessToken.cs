using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Authorization;

/// <summary>A token that has been found good.</summary>
/// <param name="ExpiresAt">From when it isn't any more.</param>
/// <param name="Id">The claim <c>jti</c>; null: it has none.</param>
/// <param name="Subscribe">The claim <c>sse.subscribe</c>: globs of the channels that it may read.</param>
/// <param name="Publish">The claim <c>sse.publish</c>: globs of the channels that it may publish to.</param>
internal sealed record AccessToken(DateTimeOffset ExpiresAt, string? Id, string[] Subscribe, string[] Publish)
{
    public const string SubscribeClaim = "sse.subscribe";
    public const string PublishClaim = "sse.publish";

    public bool MaySubscribe(ChannelName channel) => Array.Exists(Subscribe, glob => ChannelGlob.Fits(glob, channel.Value));

    public bool MayPublish(ChannelName channel) => Array.Exists(Publish, glob => ChannelGlob.Fits(glob, channel.Value));
}
