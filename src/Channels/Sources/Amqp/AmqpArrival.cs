namespace SseFabric.Channels.Sources.Amqp;

/// <summary>Something for the source's loop: a message that the broker delivered, or the broker's answer to a command.</summary>
/// <param name="DeliveryTag">Acknowledges the message; 0: it is an answer.</param>
/// <param name="Subscription">The message's channel; null: nobody waits for it any more.</param>
/// <param name="Payload">The message; null: it is larger than the channel's limit.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Answer">What the answer brings about.</param>
internal readonly record struct AmqpArrival(ulong DeliveryTag, SourceSubscription? Subscription, byte[]? Payload, int Length, Action? Answer);
