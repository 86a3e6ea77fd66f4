using Microsoft.Extensions.Logging;
using SseFabric.Contracts;

namespace SseFabric.Channels.Sources.Redis;

public sealed partial class RedisSource
{
    private bool _hasFailed;

    // The first failure in a row is news; those after it, several a second, are not.
    private void Failed(Exception exception)
    {
        if (!RedisConnector.IsLinkFailure(exception))
        {
            Log.UnexpectedFailure(_logger, Description, exception);
        }
        else if (IsConnected)
        {
            Counters.ConnectionLost();
            Log.ConnectionLost(_logger, Description, exception.Message);
        }
        else if (_hasFailed)
        {
            Log.StillUnreachable(_logger, Description, exception.Message);
        }
        else
        {
            Log.Unreachable(_logger, Description, exception.Message);
        }

        _hasFailed = true;
    }

    private static partial class Log
    {
        [LoggerMessage(2200, LogLevel.Information, "Connected to {Source}; {Channels} channels are being subscribed.", EventName = nameof(Connected))]
        public static partial void Connected(ILogger logger, string source, int channels);

        [LoggerMessage(2201, LogLevel.Warning, "The connection to {Source} is lost: {Reason}", EventName = nameof(ConnectionLost))]
        public static partial void ConnectionLost(ILogger logger, string source, string reason);

        [LoggerMessage(2202, LogLevel.Warning, "{Source} can't be reached: {Reason}", EventName = nameof(Unreachable))]
        public static partial void Unreachable(ILogger logger, string source, string reason);

        [LoggerMessage(2203, LogLevel.Debug, "{Source} still can't be reached: {Reason}", EventName = nameof(StillUnreachable))]
        public static partial void StillUnreachable(ILogger logger, string source, string reason);

        [LoggerMessage(2204, LogLevel.Warning, "{Source} refused to subscribe channel {Channel}: {Reason}", EventName = nameof(SubscriptionRefused))]
        public static partial void SubscriptionRefused(ILogger logger, string source, ChannelName channel, string reason);

        [LoggerMessage(2205, LogLevel.Error, "The connection to {Source} ended by a fault of this program and is made again.", EventName = nameof(UnexpectedFailure))]
        public static partial void UnexpectedFailure(ILogger logger, string source, Exception exception);
    }
}
