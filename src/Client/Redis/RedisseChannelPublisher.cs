using System.Globalization;
using Microsoft.Extensions.Options;
using SseFabric.Channels.History.Redis;
using SseFabric.Channels.History.Redisse;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Client.Redis;

/// <summary>Publishes as redisse does, for servers of redisse as well as for channels of the fabric whose <c>History:Store</c> is <c>redisse</c>. Any thread;
/// make one and keep it.</summary>
/// <remarks>
/// <para>An event gets the next number of <c>redisse:lastEventId</c> as its id, <see cref="PublishAnswer.Id"/>; its ready frame goes out on the Redis channel
/// and into the sorted set of the same name, which keeps the last <see cref="RedisPublisherOptions.RedisseCount"/>. All of it is one step, so that ids on a
/// channel ascend, whoever publishes.</para>
/// <para>Of a Redis Cluster's nodes one can't have all keys: it is refused there. Nothing is retried. A publish that was not answered may have been accepted;
/// with an idempotency key it can be sent again.</para>
/// </remarks>
public sealed class RedisseChannelPublisher : IChannelPublisher, IDisposable
{
    private readonly RedisPublisherOptions _options;
    private readonly PublisherConnection _connection;
    private readonly byte[] _prefix;

    /// <summary>A publisher with a connection of its own, made by the first publish.</summary>
    /// <param name="options">The server, the channels' <c>MaxEventBytes</c>, which is that of whole frames, and what is kept; the format is not used.</param>
    /// <exception cref="OptionsValidationException">The options are not valid; the message tells every fault.</exception>
    public RedisseChannelPublisher(RedisPublisherOptions options)
        : this(null, options)
    {
    }

    /// <summary>A publisher on a connection of the application's, which stays open when this is disposed. Of the options' configuration only the channel
    /// prefix is used.</summary>
    /// <exception cref="OptionsValidationException">The options are not valid; the message tells every fault.</exception>
    public RedisseChannelPublisher(IConnectionMultiplexer? connection, RedisPublisherOptions options)
    {
        _connection = new PublisherConnection(options, connection);
        _options = options;
        _prefix = (byte[]?)RedisConfigurationString.Parse(options.Configuration).Options.ChannelPrefix ?? [];
    }

    /// <inheritdoc/>
    public async ValueTask<PublishAnswer> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        if (PublishRequest.Refusal(channel, events, idempotencyKey) is { } refusal)
        {
            return refusal;
        }

        var frames = events.Select(RedisseFrameParts.Of).ToArray();
        var longest = frames.Max(RedisseArguments.MaxFrameLength);
        if (longest > _options.MaxEventBytes)
        {
            return PublishAnswer.Refused(PublishOutcome.TooLarge, $"The frame has up to {longest} bytes; MaxEventBytes is {_options.MaxEventBytes}.");
        }

        var (keys, values) = RedisseArguments.Of(
            channel, _prefix, _options.RedisseCount, _options.RedisseMaxAge, frames, idempotencyKey);
        try
        {
            var database = await _connection.DatabaseAsync(cancellationToken);
            var reply = await database.ScriptEvaluateAsync(RedisScripts.RedissePublish, keys, values).WaitAsync(cancellationToken);
            var published = RedisseArguments.Read((string)reply!);
            return PublishAnswer.Accepted(published.Last.ToString(CultureInfo.InvariantCulture), published.Receivers, published.IsRepeat);
        }
        catch (Exception exception) when (RedisFaults.IsFault(exception))
        {
            return RedisFaults.Answer(exception);
        }
    }

    /// <summary>Closes the connection, if it is the publisher's own.</summary>
    public void Dispose() => _connection.Dispose();
}
