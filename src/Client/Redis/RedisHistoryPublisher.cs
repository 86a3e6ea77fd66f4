using Microsoft.Extensions.Options;
using SseFabric.Channels.History;
using SseFabric.Channels.History.Redis;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Client.Redis;

/// <summary>Appends events to the stored history of their channel in Redis, without a server of the fabric between. Any thread; make one and keep it.</summary>
/// <remarks>
/// <para>For channels whose <c>History:Store</c> is <c>redis</c>, on the Redis server that their rule names. Accepted means that the events are numbered and
/// in the history: subscribers get them at once if the channel is listened to, and when they resume if no process of the fabric runs now.</para>
/// <para>The append is announced by a PUBLISH on the channel's name, which other subscriptions of that Redis channel see too: a message of two NUL bytes
/// around <c>ssefabric:appended</c>.</para>
/// <para>Nothing is retried. A publish that was not answered may have been accepted; with an idempotency key it can be sent again.</para>
/// </remarks>
public sealed class RedisHistoryPublisher : IChannelPublisher, IDisposable
{
    private readonly RedisPublisherOptions _options;
    private readonly PublisherConnection _connection;
    private readonly TimeProvider _time;
    private readonly RedisHistoryKeys _keys;

    /// <summary>A publisher with a connection of its own, made by the first publish.</summary>
    /// <param name="options">The server, and the channels' <c>MaxEventBytes</c>; the format is not used, an event's type and reconnection time are kept as
    /// they are.</param>
    /// <param name="time">The clock that events are stamped with. Null (the default): the system's.</param>
    /// <exception cref="OptionsValidationException">The options are not valid; the message tells every fault.</exception>
    public RedisHistoryPublisher(RedisPublisherOptions options, TimeProvider? time = null)
        : this(null, options, time)
    {
    }

    /// <summary>A publisher on a connection of the application's, which stays open when this is disposed. Of the options' configuration only the channel
    /// prefix is used.</summary>
    /// <exception cref="OptionsValidationException">The options are not valid; the message tells every fault.</exception>
    public RedisHistoryPublisher(IConnectionMultiplexer? connection, RedisPublisherOptions options, TimeProvider? time = null)
    {
        _connection = new PublisherConnection(options, connection);
        _options = options;
        _time = time ?? TimeProvider.System;
        _keys = new RedisHistoryKeys((byte[]?)RedisConfigurationString.Parse(options.Configuration).Options.ChannelPrefix ?? []);
    }

    /// <inheritdoc/>
    public async ValueTask<PublishAnswer> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        if (PublishRequest.Refusal(channel, events, idempotencyKey) is { } refusal)
        {
            return refusal;
        }

        if (events.FirstOrDefault(offered => offered.Data.Length > _options.MaxEventBytes) is { } large)
        {
            return PublishAnswer.Refused(PublishOutcome.TooLarge, $"The event has {large.Data.Length} bytes; MaxEventBytes is {_options.MaxEventBytes}.");
        }

        var (keys, values) = RedisAppendArguments.OfPublisher(
            _keys, channel, _time.GetUtcNow().ToUnixTimeMilliseconds(), new AppendPublish(events, idempotencyKey));
        try
        {
            var database = await _connection.DatabaseAsync(cancellationToken);
            var reply = await database.ScriptEvaluateAsync(RedisScripts.Append, keys, values).WaitAsync(cancellationToken);
            var (appended, receivers) = RedisAppendArguments.ReadAnnounced((string)reply!);
            var last = appended.IsRepeat ? appended.Position : appended.Position with { Offset = appended.Position.Offset + events.Count };
            return PublishAnswer.Accepted($"{last}", receivers, appended.IsRepeat);
        }
        catch (Exception exception) when (RedisFaults.IsFault(exception))
        {
            return RedisFaults.Answer(exception);
        }
    }

    /// <summary>Closes the connection, if it is this publisher's own.</summary>
    public void Dispose() => _connection.Dispose();
}
