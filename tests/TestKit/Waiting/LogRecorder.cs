using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SseFabric.TestKit.Waiting;

/// <summary>Keeps everything that is logged. Any thread.</summary>
public sealed class LogRecorder : ILoggerProvider
{
    private readonly ConcurrentQueue<LogRecord> _records = [];

    public IReadOnlyCollection<LogRecord> Records => _records;

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, _records);

    public Task<LogRecord> WaitForAsync(string eventName, TimeSpan? timeout = null) =>
        Eventually.SeeAsync(
            $"the log entry {eventName}",
            () => _records.FirstOrDefault(record => record.Event.Name == eventName)!,
            record => record is not null,
            timeout,
            show: _ => string.Join(", ", _records.Select(record => record.Event.Name)));

    public void Dispose()
    {
    }

    private sealed class Recorder(string category, ConcurrentQueue<LogRecord> records) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            records.Enqueue(new LogRecord(category, logLevel, eventId, formatter(state, exception), exception));
    }
}
