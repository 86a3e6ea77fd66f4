using Microsoft.Extensions.Options;
using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Client.Redis;

/// <summary>Publishes with Redis' PUBLISH, to any version of Redis or to the fabric's RESP door. Any thread; make one and keep it.</summary>
/// <remarks>
/// <para>Redis keeps nothing: an event reaches the channel if the fabric is subscribed to it. Accepted means that Redis has handed it to all its subscribers,
/// <see cref="PublishAnswer.Subscribers"/> of them; there is no id.</para>
/// <para>A batch is one MULTI/EXEC. An idempotency key makes a publish a script, which remembers the key in Redis for five minutes
/// (<c>ssefabric:sent:CHANNEL:KEY</c>); the RESP door takes no scripts. Nothing is retried.</para>
/// </remarks>
public sealed class RedisChannelPublisher : IChannelPublisher, IDisposable
{
    private const int KeptSeconds = 300;

    // In a script the commands of others wait, and PUBLISH can't fail halfway.
    private const string PublishOnce = """
        local first = redis.call('GET', KEYS[1])
        if first then
            return {tonumber(first), 1}
        end
        local receivers = 0
        for i = 3, #ARGV do
            receivers = redis.call('PUBLISH', ARGV[1], ARGV[i])
        end
        redis.call('SET', KEYS[1], receivers, 'EX', ARGV[2])
        return {receivers, 0}
        """;

    private readonly RedisPublisherOptions _options;
    private readonly PublisherConnection _connection;

    /// <summary>A publisher with a connection of its own, made by the first publish.</summary>
    /// <exception cref="OptionsValidationException">The options are not valid; the message tells every fault.</exception>
    public RedisChannelPublisher(RedisPublisherOptions options)
        : this(null, options)
    {
    }

    /// <summary>A publisher on a connection of the application's, which stays open when this is disposed. The options' configuration is not used.</summary>
    /// <exception cref="OptionsValidationException">The options are not valid; the message tells every fault.</exception>
    public RedisChannelPublisher(IConnectionMultiplexer? connection, RedisPublisherOptions options)
    {
        _connection = new PublisherConnection(options, connection);
        _options = options;
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">An idempotency key is given, and the server takes no scripts.</exception>
    public async ValueTask<PublishAnswer> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        if (PublishRequest.Refusal(channel, events, idempotencyKey) is { } refusal)
        {
            return refusal;
        }

        var messages = new RedisValue[events.Count];
        for (var i = 0; i < messages.Length; i++)
        {
            if (RedisPayload.TryWrite(events[i], _options, out var message) is { } unfit)
            {
                return unfit;
            }

            messages[i] = message.ToArray();
        }

        try
        {
            var database = await _connection.DatabaseAsync(cancellationToken);
            var publish = idempotencyKey is null ? PublishAsync(database, channel, messages) : PublishOnceAsync(database, channel, messages, idempotencyKey);
            return await publish.WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (RedisFaults.IsFault(exception))
        {
            return RedisFaults.Answer(exception);
        }
    }

    /// <summary>Closes the connection, if it is this publisher's own.</summary>
    public void Dispose() => _connection.Dispose();

    private static async Task<PublishAnswer> PublishAsync(IDatabase database, ChannelName channel, RedisValue[] messages)
    {
        var literal = new RedisChannel(channel.Value, RedisChannel.PatternMode.Literal);
        if (messages is [var only])
        {
            return PublishAnswer.Accepted(null, (int)await database.PublishAsync(literal, only));
        }

        var transaction = database.CreateTransaction();
        var published = Array.ConvertAll(messages, message => transaction.PublishAsync(literal, message));
        var executed = transaction.ExecuteAsync();

        // Of the transaction and its commands, the command knows best what was wrong.
        var receivers = await Task.WhenAll(published);
        await executed;
        return PublishAnswer.Accepted(null, (int)receivers[^1]);
    }

    private static async Task<PublishAnswer> PublishOnceAsync(IDatabase database, ChannelName channel, RedisValue[] messages, string idempotencyKey)
    {
        try
        {
            var reply = (RedisValue[])(await database.ScriptEvaluateAsync(
                PublishOnce, [$"ssefabric:sent:{channel.Value}:{idempotencyKey}"], [channel.Value, KeptSeconds, .. messages]))!;
            return PublishAnswer.Accepted(null, (int)reply[0], isRepeat: (int)reply[1] == 1);
        }
        catch (RedisServerException exception) when (exception.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException($"An idempotency key needs a server that takes scripts, and this one doesn't: {exception.Message}", exception);
        }
    }
}
