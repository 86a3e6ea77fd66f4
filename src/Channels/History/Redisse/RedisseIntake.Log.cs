using Microsoft.Extensions.Logging;
using SseFabric.Contracts;

namespace SseFabric.Channels.History.Redisse;

internal sealed partial class RedisseIntake
{
    private static partial class Log
    {
        [LoggerMessage(2110, LogLevel.Warning, "Channel {Channel} goes on without its history in {Store}, which can't be read ({Message}).", EventName = nameof(Unreadable))]
        public static partial void Unreadable(ILogger logger, ChannelName channel, string store, string message);

        [LoggerMessage(2111, LogLevel.Warning, "The history of channel {Channel} can't be reached; what is published waits ({Message}).", EventName = nameof(Away))]
        public static partial void Away(ILogger logger, ChannelName channel, string message);

        [LoggerMessage(2112, LogLevel.Warning, "Nothing was published on channel {Channel}: {Message}", EventName = nameof(Unpublished))]
        public static partial void Unpublished(ILogger logger, ChannelName channel, string message);

        [LoggerMessage(2113, LogLevel.Warning, "Channel {Channel} is delivered but not recorded in {Store}: another key has its name.", EventName = nameof(Unrecorded))]
        public static partial void Unrecorded(ILogger logger, ChannelName channel, string store);
    }
}
