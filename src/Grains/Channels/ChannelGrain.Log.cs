using Microsoft.Extensions.Logging;
using SseFabric.Contracts;

namespace SseFabric.Grains.Channels;

internal sealed partial class ChannelGrain
{
    private static partial class Log
    {
        [LoggerMessage(2000, LogLevel.Debug, "Frontend {Frontend} is attached to channel {Channel}, which has {Feeds} feeds.", EventName = nameof(Attached))]
        public static partial void Attached(ILogger logger, ChannelName channel, SiloAddress frontend, int feeds);

        [LoggerMessage(2001, LogLevel.Debug, "Frontend {Frontend} is detached from channel {Channel}, which has {Feeds} feeds.", EventName = nameof(Detached))]
        public static partial void Detached(ILogger logger, ChannelName channel, SiloAddress frontend, int feeds);

        [LoggerMessage(2002, LogLevel.Debug, "Channel {Channel} leaves this silo ({Reason}) with {Feeds} feeds.", EventName = nameof(Left))]
        public static partial void Left(ILogger logger, ChannelName channel, DeactivationReasonCode reason, int feeds);

        [LoggerMessage(2003, LogLevel.Debug, "Channel {Channel} goes on here from {Head} with {Feeds} feeds, as its former owner left it; nothing was missed: {IsUnbroken}.", EventName = nameof(Continued))]
        public static partial void Continued(ILogger logger, ChannelName channel, Cursor head, int feeds, bool isUnbroken);
    }
}
