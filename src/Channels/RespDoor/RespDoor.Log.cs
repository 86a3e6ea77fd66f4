using Microsoft.Extensions.Logging;

namespace SseFabric.Channels.RespDoor;

public sealed partial class RespDoor
{
    private static partial class Log
    {
        [LoggerMessage(2300, LogLevel.Information, "The RESP door listens on {Listen}.", EventName = nameof(Opened))]
        public static partial void Opened(ILogger logger, string listen);

        [LoggerMessage(2301, LogLevel.Warning, "The RESP door stays shut: its default port {Listen} is taken. Set Fabric:RespDoor:Listen to another "
            + "address, or to nothing.", EventName = nameof(DefaultPortTaken))]
        public static partial void DefaultPortTaken(ILogger logger, string listen);

        [LoggerMessage(2302, LogLevel.Warning, "The RESP door could not take a connection: {Reason}", EventName = nameof(AcceptFailed))]
        public static partial void AcceptFailed(ILogger logger, string reason);

        [LoggerMessage(2303, LogLevel.Warning, "The RESP door refused a connection: it has {Limit}, which is the limit.",
            EventName = nameof(TooManyConnections))]
        public static partial void TooManyConnections(ILogger logger, int limit);

        [LoggerMessage(2304, LogLevel.Debug, "Publisher {Connection} has come to the RESP door from {Address}.", EventName = nameof(ConnectionOpened))]
        public static partial void ConnectionOpened(ILogger logger, long connection, string address);

        [LoggerMessage(2305, LogLevel.Debug, "Publisher {Connection} has left the RESP door.", EventName = nameof(ConnectionClosed))]
        public static partial void ConnectionClosed(ILogger logger, long connection);

        [LoggerMessage(2306, LogLevel.Error, "The connection of publisher {Connection} ended by a fault of this program.",
            EventName = nameof(ConnectionFailed))]
        public static partial void ConnectionFailed(ILogger logger, long connection, Exception exception);
    }
}
