using System.Text;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace SseFabric.Channels.Sources.Amqp;

/// <summary>Takes what the broker delivers, in its order. One thread at a time: the library's, for this consumer.</summary>
internal sealed class AmqpConsumer(IChannel channel, SourceSubscriptionTable table, ChannelWriter<AmqpArrival> arrivals) : AsyncDefaultBasicConsumer(channel)
{
    // A routing key has at most 255 bytes, and no character of it more than 3 for each char.
    private readonly byte[] _key = new byte[3 * byte.MaxValue];

    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        // The body is the library's own once this has returned. Nothing is kept of a message that nobody waits for.
        var subscription = table.Find(_key.AsSpan(0, Encoding.UTF8.GetBytes(routingKey, _key)));
        var isKept = subscription is not null && body.Length <= subscription.MaxEventBytes;
        arrivals.TryWrite(new AmqpArrival(deliveryTag, subscription, isKept ? body.ToArray() : null, body.Length, null));
        return Task.CompletedTask;
    }

    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        arrivals.TryComplete(new AmqpLinkException("The broker ended the consumer."));
        return Task.CompletedTask;
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        arrivals.TryComplete(new AmqpLinkException(reason.ReplyText));
        return Task.CompletedTask;
    }
}
