using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;

namespace SseFabric.Frontend.Subscribers;

internal sealed partial class FanOut
{
    [LoggerMessage(1100, LogLevel.Information, "Channel {Channel} has a gap ({Reason}) that ends at {Position}; its subscribers were told.", EventName = nameof(LogGap))]
    private partial void LogGap(ChannelName channel, GapReason reason, Cursor position);

    [LoggerMessage(1101, LogLevel.Warning, "Channel {Channel} could not be attached; its subscribers are sent away and come back.", EventName = nameof(LogAttachFailed))]
    private partial void LogAttachFailed(ChannelName channel, Exception exception);

    [LoggerMessage(1102, LogLevel.Warning, "Channel {Channel} could not be detached.", EventName = nameof(LogDetachFailed))]
    private partial void LogDetachFailed(ChannelName channel, Exception exception);

    [LoggerMessage(1103, LogLevel.Warning, "The history of channel {Channel} could not be read; it is tried again.", EventName = nameof(LogReadFailed))]
    private partial void LogReadFailed(ChannelName channel, Exception exception);

    [LoggerMessage(1106, LogLevel.Error, "{Item} failed on the fan-out loop, which goes on.", EventName = "FanOutItemFailed")]
    private partial void LogItemFailed(string item, Exception exception);
}
