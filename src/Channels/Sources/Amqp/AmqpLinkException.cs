namespace SseFabric.Channels.Sources.Amqp;

/// <summary>The connection to an AMQP broker can't be made or can't go on. The message says why, without secrets.</summary>
internal sealed class AmqpLinkException(string message) : IOException(message);
