using System.Threading.Channels;
using RabbitMQ.Client;

namespace SseFabric.Channels.Sources.Amqp;

/// <summary>One connection's life: a queue of its own, whose bindings follow the channels, and a loop that hands out what it brings.</summary>
/// <remarks>
/// Back-pressure: the broker sends no more than <see cref="Prefetch"/> messages ahead of what has been acknowledged, and nothing is acknowledged while the
/// gate is closed; the rest waits in the queue at the broker.
/// </remarks>
internal sealed class AmqpConnection : IAsyncDisposable
{
    private const ushort Prefetch = 256;
    private const int MostUnacknowledged = Prefetch / 4;

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly AmqpBinder _binder;
    private readonly string _queue;
    private readonly SourceSubscriptionTable _table;

    // Bounded by what the broker sends ahead, and one answer a batch of commands.
    private readonly Channel<AmqpArrival> _arrivals;

    private AmqpConnection(IConnection connection, IChannel channel, string queue, AmqpAddress address, SourceSubscriptionTable table, Action<SourceSubscription, string> onRefused)
    {
        (_connection, _channel, _queue, _table) = (connection, channel, queue, table);
        _arrivals = Channel.CreateUnbounded<AmqpArrival>(new UnboundedChannelOptions { SingleReader = true });
        _binder = new AmqpBinder(connection, queue, address, table, _arrivals.Writer, onRefused);
    }

    public ISourceCommandQueue Commands => _binder;

    /// <exception cref="Exception">One of <see cref="AmqpFailure.IsLinkFailure"/>.</exception>
    public static async Task<AmqpConnection> OpenAsync(
        AmqpConnector connector, AmqpAddress address, SourceSubscriptionTable table, Action<SourceSubscription, string> onRefused, CancellationToken cancellationToken)
    {
        var connection = await connector.OpenAsync(cancellationToken);
        try
        {
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
            return new AmqpConnection(connection, channel, queue.QueueName, address, table, onRefused);
        }
        catch
        {
            await AmqpConnector.EndAsync(connection);
            throw;
        }
    }

    /// <summary>Hands out what comes until the connection is lost or the token asks for the end; that is always an exception.</summary>
    public async Task RunAsync(IngestGate gate, SourceCounters counters, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _connection.ConnectionShutdownAsync += (_, reason) =>
        {
            _arrivals.Writer.TryComplete(new AmqpLinkException(reason.ReplyText));
            return Task.CompletedTask;
        };
        await _channel.BasicQosAsync(0, Prefetch, global: false, cancellationToken);
        await _channel.BasicConsumeAsync(_queue, autoAck: false, new AmqpConsumer(_channel, _table, _arrivals.Writer), cancellationToken);
        var binding = _binder.RunAsync(end.Token);
        try
        {
            while (await _arrivals.Reader.WaitToReadAsync(cancellationToken))
            {
                await AcknowledgeAsync(HandOut(counters), cancellationToken);
                await gate.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            await end.CancelAsync();
            await binding;
        }
    }

    public async ValueTask DisposeAsync() => await AmqpConnector.EndAsync(_connection);

    // What has piled up, or a good part of it: the broker is to send on before all that it has sent is used up.
    private ulong HandOut(SourceCounters counters)
    {
        ulong last = 0;
        for (var messages = 0; messages < MostUnacknowledged && _arrivals.Reader.TryRead(out var arrival); messages++)
        {
            arrival.Answer?.Invoke();
            last = Math.Max(last, arrival.DeliveryTag);
            if (arrival.Subscription is not { } subscription)
            {
                continue;
            }

            if (arrival.Payload is { } payload)
            {
                counters.MessageReceived(arrival.Length);
                subscription.Deliver(payload);
            }
            else
            {
                counters.OversizedSeen();
                subscription.TellOversized(arrival.Length);
            }
        }

        return last;
    }

    private async Task AcknowledgeAsync(ulong last, CancellationToken cancellationToken)
    {
        try
        {
            if (last > 0)
            {
                await _channel.BasicAckAsync(last, multiple: true, cancellationToken);
            }
        }
        catch (Exception exception) when (AmqpFailure.IsLinkFailure(exception) && !_channel.IsOpen)
        {
            // What came before the loss is handed out nevertheless; then the arrivals end with the reason.
        }
    }
}
