using Microsoft.Extensions.Logging;
using SseFabric.Client.Subscribing;

namespace SseFabric.Client.Cli.Commands;

/// <summary>Tells, on standard error, why a stream is asked for again.</summary>
internal sealed class ErrorLogger : ILogger<SseFabricSubscriber>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Console.Error.WriteLine(formatter(state, exception));
}
