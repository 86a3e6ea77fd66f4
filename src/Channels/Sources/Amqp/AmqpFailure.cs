using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client.Exceptions;

namespace SseFabric.Channels.Sources.Amqp;

/// <summary>What the library's exceptions mean. Pure.</summary>
internal static class AmqpFailure
{
    public const int AccessRefused = 403;
    public const int PreconditionFailed = 406;

    /// <summary>Whether an exception means a lost or failed connection rather than a bug.</summary>
    public static bool IsLinkFailure(Exception exception) =>
        exception is RabbitMQClientException or IOException or SocketException or AuthenticationException or TimeoutException or OperationCanceledException or ObjectDisposedException;

    /// <summary>Whether the broker has refused a request with this code, which ends the AMQP channel and not the connection.</summary>
    public static bool IsRefusal(Exception exception, int code) => exception is OperationInterruptedException { ShutdownReason.ReplyCode: var reply } && reply == code;

    /// <summary>The broker's own words, or the innermost failure's.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        OperationInterruptedException { ShutdownReason: { ReplyText.Length: > 0 } reason } => reason.ReplyText,
        AggregateException { InnerExceptions: [.., var last] } => Reason(last),
        { InnerException: { } inner } => Reason(inner),
        TimeoutException or OperationCanceledException => "no answer in time",
        _ => exception.Message.ReplaceLineEndings(" "),
    };
}
