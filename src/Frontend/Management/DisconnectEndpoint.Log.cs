using SseFabric.Contracts;

namespace SseFabric.Frontend.Management;

internal sealed partial class DisconnectEndpoint
{
    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Information, "Streams of channel {Channel} or token {TokenId} were ended as asked: {Streams}; {Unreached} processes could not be told.", EventName = nameof(Disconnected))]
        public static partial void Disconnected(ILogger logger, ChannelName? channel, string? tokenId, int streams, int unreached);
    }
}
