namespace SseFabric.Frontend.HandOff;

internal sealed partial class HandOffEndpoint
{
    private static partial class Log
    {
        [LoggerMessage(1600, LogLevel.Warning, "The application at {Upstream} gave no answer that could be passed on ({Fault}): {Reason}.", EventName = nameof(Failed))]
        public static partial void Failed(ILogger logger, Uri upstream, UpstreamFault fault, string reason);

        [LoggerMessage(1601, LogLevel.Warning, "An answer of the application at {Upstream} broke off: {Reason}.", EventName = nameof(AnswerBroken))]
        public static partial void AnswerBroken(ILogger logger, Uri upstream, string reason);
    }
}
