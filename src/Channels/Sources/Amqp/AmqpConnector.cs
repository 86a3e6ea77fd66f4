using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace SseFabric.Channels.Sources.Amqp;

/// <summary>Opens connections that are logged in and whose exchange is there. Any thread.</summary>
internal sealed class AmqpConnector(AmqpAddress address)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // A broker without a sign of life is given up after three of them; less than this the server advises against.
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);

    private readonly ConnectionFactory _factory = new()
    {
        UserName = address.User,
        Password = address.Password,
        VirtualHost = address.VirtualHost,
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedHeartbeat = s_heartbeat,
        RequestedConnectionTimeout = s_patience,
        HandshakeContinuationTimeout = s_patience,
        ClientProvidedName = $"sse-fabric@{Environment.MachineName}",
    };

    // What is larger than a channel's limit is told to the channel; a limit of the connection's would end it.
    private readonly List<AmqpTcpEndpoint> _endpoints =
        [.. address.Hosts.Select(host => new AmqpTcpEndpoint(host.Host, host.Port, new SslOption(host.Host, enabled: address.Tls), 512 << 20))];

    /// <exception cref="Exception">One of <see cref="AmqpFailure.IsLinkFailure"/>.</exception>
    public async Task<IConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await _factory.CreateConnectionAsync(_endpoints, cancellationToken);
        try
        {
            await EnsureExchangeAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await EndAsync(connection);
            throw;
        }
    }

    public static async Task EndAsync(IConnection connection)
    {
        await connection.AbortAsync(s_patience);
        await connection.DisposeAsync();
    }

    private async Task EnsureExchangeAsync(IConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.ExchangeDeclareAsync(address.Exchange, address.ExchangeType, durable: true, cancellationToken: cancellationToken);
        }
        catch (OperationInterruptedException refusal) when (AmqpFailure.IsRefusal(refusal, AmqpFailure.PreconditionFailed) && !IsOfAnotherType(refusal))
        {
            // It is there, and only differs in how long it lives or what else was said when it was made: that is its maker's affair.
        }
        catch (OperationInterruptedException refusal) when (AmqpFailure.IsRefusal(refusal, AmqpFailure.AccessRefused))
        {
            // A user who may not make exchanges may read one that is there.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.ExchangeDeclarePassiveAsync(address.Exchange, cancellationToken);
        }
    }

    private static bool IsOfAnotherType(OperationInterruptedException refusal) => AmqpFailure.Reason(refusal).Contains("'type'", StringComparison.Ordinal);
}
