using Microsoft.Extensions.Logging;
using SseFabric.Contracts;

namespace SseFabric.Channels.Sources.Amqp;

public sealed partial class AmqpSource
{
    private bool _hasFailed;

    // The first failure in a row is news; those after it, several a second, are not.
    private void Failed(Exception exception)
    {
        if (!AmqpFailure.IsLinkFailure(exception))
        {
            Log.UnexpectedFailure(_logger, Description, exception);
        }
        else if (_isConnected)
        {
            _counters.ConnectionLost();
            Log.ConnectionLost(_logger, Description, AmqpFailure.Reason(exception));
        }
        else if (_hasFailed)
        {
            Log.StillUnreachable(_logger, Description, AmqpFailure.Reason(exception));
        }
        else
        {
            Log.Unreachable(_logger, Description, AmqpFailure.Reason(exception));
        }

        _hasFailed = true;
    }

    private static partial class Log
    {
        [LoggerMessage(2210, LogLevel.Information, "Connected to {Source}; {Channels} channels are being bound.", EventName = nameof(Connected))]
        public static partial void Connected(ILogger logger, string source, int channels);

        [LoggerMessage(2211, LogLevel.Warning, "The connection to {Source} is lost: {Reason}", EventName = nameof(ConnectionLost))]
        public static partial void ConnectionLost(ILogger logger, string source, string reason);

        [LoggerMessage(2212, LogLevel.Warning, "{Source} can't be had: {Reason}", EventName = nameof(Unreachable))]
        public static partial void Unreachable(ILogger logger, string source, string reason);

        [LoggerMessage(2213, LogLevel.Debug, "{Source} still can't be had: {Reason}", EventName = nameof(StillUnreachable))]
        public static partial void StillUnreachable(ILogger logger, string source, string reason);

        [LoggerMessage(2214, LogLevel.Warning, "{Source} refused to bind channel {Channel}: {Reason}", EventName = nameof(SubscriptionRefused))]
        public static partial void SubscriptionRefused(ILogger logger, string source, ChannelName channel, string reason);

        [LoggerMessage(2215, LogLevel.Error, "The connection to {Source} ended by a fault of this program and is made again.", EventName = nameof(UnexpectedFailure))]
        public static partial void UnexpectedFailure(ILogger logger, string source, Exception exception);
    }
}
