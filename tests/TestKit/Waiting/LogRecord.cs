using Microsoft.Extensions.Logging;

namespace SseFabric.TestKit.Waiting;

public sealed record LogRecord(string Category, LogLevel Level, EventId Event, string Text, Exception? Exception);
