using System.Threading.Channels;
using RabbitMQ.Client;

namespace SseFabric.Channels.Sources.Amqp;

/// <summary>Makes and removes the bindings of a connection's queue, in the order in which they are asked for. Any thread; never blocks.</summary>
/// <remarks>
/// What piles up while the broker is busy goes out together, and the answer to the last binding stands for those before it. It has an AMQP channel of its
/// own: the broker ends the one on which it refuses something.
/// </remarks>
internal sealed class AmqpBinder(
    IConnection connection, string queue, AmqpAddress address, SourceSubscriptionTable table, ChannelWriter<AmqpArrival> arrivals, Action<SourceSubscription, string> onRefused)
    : ISourceCommandQueue
{
    private const int MaxBatch = 1000;

    // As long as the channels that come and go: each has at most its last few commands in it.
    private readonly Channel<(SourceCommandKind Kind, SourceSubscription Subscription)> _commands =
        Channel.CreateUnbounded<(SourceCommandKind, SourceSubscription)>(new UnboundedChannelOptions { SingleReader = true });

    /// <inheritdoc/>
    public void Enqueue(SourceCommandKind kind, SourceSubscription? subscription)
    {
        if (subscription is not null)
        {
            _commands.Writer.TryWrite((kind, subscription));
        }
    }

    /// <summary>Carries out commands until the connection is lost or the token asks for the end; the arrivals then end too.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            while (await _commands.Reader.WaitToReadAsync(cancellationToken))
            {
                var (kind, batch) = Take();
                try
                {
                    await CarryOutAsync(channel, kind, batch, cancellationToken);
                    Answer(() => batch.ForEach(table.Confirm));
                }
                catch (Exception refusal) when (AmqpFailure.IsRefusal(refusal, AmqpFailure.AccessRefused) && connection.IsOpen)
                {
                    Answer(() => Refuse(batch, kind, AmqpFailure.Reason(refusal)));
                    await channel.DisposeAsync();
                    channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                }
            }
        }
        catch (Exception exception)
        {
            arrivals.TryComplete(exception);
        }
    }

    private (SourceCommandKind Kind, List<SourceSubscription> Batch) Take()
    {
        _commands.Reader.TryPeek(out var first);
        var batch = new List<SourceSubscription>();
        while (_commands.Reader.TryPeek(out var next) && next.Kind == first.Kind && batch.Count < (first.Kind == SourceCommandKind.SubscribeAlone ? 1 : MaxBatch))
        {
            _commands.Reader.TryRead(out _);
            batch.Add(next.Subscription);
        }

        return (first.Kind, batch);
    }

    private async Task CarryOutAsync(IChannel channel, SourceCommandKind kind, List<SourceSubscription> batch, CancellationToken cancellationToken)
    {
        var names = batch.Select(subscription => subscription.Channel.Value).Where(address.CanBind).ToList();
        for (var i = 0; i < names.Count; i++)
        {
            if (kind == SourceCommandKind.Unsubscribe)
            {
                await channel.QueueUnbindAsync(queue, address.Exchange, names[i], null, cancellationToken);
            }
            else
            {
                await channel.QueueBindAsync(queue, address.Exchange, names[i], null, noWait: i < names.Count - 1, cancellationToken);
            }
        }
    }

    private void Refuse(List<SourceSubscription> batch, SourceCommandKind kind, string reason)
    {
        foreach (var subscription in batch.Where(subscription => table.Refuse(subscription, kind)))
        {
            onRefused(subscription, reason);
        }
    }

    private void Answer(Action answer) => arrivals.TryWrite(new AmqpArrival(0, null, null, 0, answer));
}
