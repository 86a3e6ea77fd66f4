using Microsoft.Extensions.Logging;
using SseFabric.Contracts;

namespace SseFabric.Channels.History.Recording;

internal sealed partial class RecordedIntake
{
    private static partial class Log
    {
        [LoggerMessage(2100, LogLevel.Warning, "Channel {Channel} is delivered but no longer recorded: {Store} refuses ({Message}).", EventName = nameof(Refused))]
        public static partial void Refused(ILogger logger, ChannelName channel, string store, string message);

        [LoggerMessage(2101, LogLevel.Information, "Channel {Channel} is recorded in {Store} again.", EventName = nameof(Recovered))]
        public static partial void Recovered(ILogger logger, ChannelName channel, string store);

        [LoggerMessage(2102, LogLevel.Warning, "The history of channel {Channel} can't be reached; what is published waits ({Message}).", EventName = nameof(Away))]
        public static partial void Away(ILogger logger, ChannelName channel, string message);

        [LoggerMessage(2103, LogLevel.Warning, "The stored history of channel {Channel} can't be told that events go unrecorded ({Message}).", EventName = nameof(MarkStays))]
        public static partial void MarkStays(ILogger logger, ChannelName channel, string message);
    }
}
