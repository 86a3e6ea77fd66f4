using Microsoft.Extensions.Logging;

namespace SseFabric.Client.Subscribing;

public sealed partial class SseFabricSubscriber
{
    private static partial class Log
    {
        [LoggerMessage(1500, LogLevel.Information, "The stream {Address} is asked for again in {Delay}: {Reason}.", EventName = nameof(Reconnecting))]
        public static partial void Reconnecting(ILogger logger, Uri address, string reason, TimeSpan delay);
    }
}
