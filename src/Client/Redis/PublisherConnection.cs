using Microsoft.Extensions.Options;
using SseFabric.Channels.History.Redis;
using StackExchange.Redis;

namespace SseFabric.Client.Redis;

/// <summary>The connection of a publisher: its own, made by the first publish, or the application's. Any thread.</summary>
internal sealed class PublisherConnection : IDisposable
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly RedisPublisherOptions _options;
    private readonly bool _owned;
    private volatile IConnectionMultiplexer? _connection;

    /// <param name="options">Where the server is.</param>
    /// <param name="connection">The application's; null: one is made.</param>
    /// <exception cref="OptionsValidationException">The options are not valid; the message tells every fault.</exception>
    public PublisherConnection(RedisPublisherOptions options, IConnectionMultiplexer? connection)
    {
        var valid = new RedisPublisherOptionsValidator().Validate(null, options);
        if (valid.Failed)
        {
            throw new OptionsValidationException(nameof(RedisPublisherOptions), typeof(RedisPublisherOptions), valid.Failures);
        }

        _options = options;
        _connection = connection;
        _owned = connection is null;
    }

    public async ValueTask<IDatabase> DatabaseAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } connection)
        {
            return connection.GetDatabase();
        }

        await _once.WaitAsync(cancellationToken);
        try
        {
            _connection ??= await ConnectionMultiplexer.ConnectAsync(RedisCommandConfiguration.Options(_options.Configuration, "sse-fabric-publisher"));
            return _connection.GetDatabase();
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>Closes the connection, if it is the publisher's own.</summary>
    public void Dispose()
    {
        if (_owned)
        {
            _connection?.Dispose();
        }

        _once.Dispose();
    }
}
