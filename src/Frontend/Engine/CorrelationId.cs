namespace SseFabric.Frontend.Engine;

/// <summary>Names of connections in logs, each once in a process and most likely nowhere else.</summary>
internal static class CorrelationId
{
    private static long s_last = Random.Shared.NextInt64() >> 1;

    public static string Next() => Interlocked.Increment(ref s_last).ToString("X", System.Globalization.CultureInfo.InvariantCulture);
}
