using Microsoft.Extensions.Logging;
using SseFabric.Contracts;

namespace SseFabric.Grains;

internal sealed partial class ClusterFabric
{
    private static partial class Log
    {
        [LoggerMessage(2500, LogLevel.Warning, "Channel {Channel} can't be reached for a publish: {Reason}", EventName = nameof(PublishFailed))]
        public static partial void PublishFailed(ILogger logger, ChannelName channel, string reason);

        [LoggerMessage(2501, LogLevel.Warning, "Channel {Channel} can't be reached for an attach: {Reason}", EventName = nameof(AttachFailed))]
        public static partial void AttachFailed(ILogger logger, ChannelName channel, string reason);

        [LoggerMessage(2508, LogLevel.Debug, "Channel {Channel} is not attached again yet: {Reason}", EventName = nameof(NotYetRepaired))]
        public static partial void NotYetRepaired(ILogger logger, ChannelName channel, string reason);

        [LoggerMessage(2502, LogLevel.Warning, "Channel {Channel} can't be reached for a detach: {Reason}", EventName = nameof(DetachFailed))]
        public static partial void DetachFailed(ILogger logger, ChannelName channel, string reason);

        [LoggerMessage(2503, LogLevel.Warning, "Channel {Channel} can't be reached for its history: {Reason}", EventName = nameof(ReadFailed))]
        public static partial void ReadFailed(ILogger logger, ChannelName channel, string reason);

        [LoggerMessage(2504, LogLevel.Warning, "Channel {Channel} can't be reached for a count of subscribers; it is sent again: {Reason}",
            EventName = nameof(ReportFailed))]
        public static partial void ReportFailed(ILogger logger, ChannelName channel, string reason);

        [LoggerMessage(2509, LogLevel.Warning, "{Silo} can't be reached to end streams of its own: {Reason}", EventName = nameof(DisconnectFailed))]
        public static partial void DisconnectFailed(ILogger logger, SiloAddress silo, string reason);

        [LoggerMessage(2505, LogLevel.Debug, "Channel {Channel} is attached again: its owner {Owner} is gone or silent.", EventName = nameof(Repairing))]
        public static partial void Repairing(ILogger logger, ChannelName channel, SiloAddress? owner);

        [LoggerMessage(2506, LogLevel.Debug, "Channel {Channel} is attached to {Owner} and stands at {Head}.", EventName = nameof(Repaired))]
        public static partial void Repaired(ILogger logger, ChannelName channel, SiloAddress owner, Cursor head);

        [LoggerMessage(2507, LogLevel.Debug, "Channel {Channel} has sent something and is not attached; it is detached again.", EventName = nameof(Stranger))]
        public static partial void Stranger(ILogger logger, ChannelName channel);
    }
}
