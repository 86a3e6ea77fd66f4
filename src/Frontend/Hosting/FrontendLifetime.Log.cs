namespace SseFabric.Frontend.Hosting;

internal sealed partial class FrontendLifetime
{
    private static partial class Log
    {
        [LoggerMessage(3000, LogLevel.Information, "Configured: {Options}.", EventName = nameof(Configured))]
        public static partial void Configured(ILogger logger, string options);
    }
}
