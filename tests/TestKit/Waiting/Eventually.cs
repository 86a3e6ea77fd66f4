namespace SseFabric.TestKit.Waiting;

/// <summary>Waits for facts that nobody announces, by looking again and again.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Reads until <paramref name="holds"/>; the failure tells what was awaited and what was seen last.</summary>
    public static async Task<T> SeeAsync<T>(
        string awaited, Func<Task<T>> read, Func<T, bool> holds, TimeSpan? timeout = null, TimeProvider? time = null, Func<T, string>? show = null)
    {
        time ??= TimeProvider.System;
        var limit = timeout ?? Deadline.Default;
        var begin = time.GetTimestamp();
        while (true)
        {
            var seen = await read();
            if (holds(seen))
            {
                return seen;
            }

            if (time.GetElapsedTime(begin) > limit)
            {
                throw new TimeoutException($"Awaited: {awaited}. Seen after {limit.TotalSeconds:0.##} s: {(show is null ? seen?.ToString() ?? "null" : show(seen))}.");
            }

            await Task.Delay(s_interval, time);
        }
    }

    public static Task<T> SeeAsync<T>(
        string awaited, Func<T> read, Func<T, bool> holds, TimeSpan? timeout = null, TimeProvider? time = null, Func<T, string>? show = null) =>
        SeeAsync(awaited, () => Task.FromResult(read()), holds, timeout, time, show);
}
