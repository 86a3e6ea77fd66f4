namespace SseFabric.TestKit.Waiting;

/// <summary>Bounds a wait for something that is announced.</summary>
public static class Deadline
{
    /// <summary>Ample for anything that needs no waiting of its own, on a busy machine too.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(15);

    public static async Task<T> Within<T>(this Task<T> task, string awaited, Func<string>? seen = null, TimeSpan? timeout = null)
    {
        var limit = timeout ?? Default;
        try
        {
            return await task.WaitAsync(limit, TimeProvider.System);
        }
        catch (TimeoutException) when (!task.IsFaulted)
        {
            throw new TimeoutException($"Awaited: {awaited}. Seen after {limit.TotalSeconds:0.##} s: {seen?.Invoke() ?? "nothing"}.");
        }
    }

    public static async Task Within(this Task task, string awaited, Func<string>? seen = null, TimeSpan? timeout = null) =>
        await Finished(task).Within(awaited, seen, timeout);

    private static async Task<bool> Finished(Task task)
    {
        await task;
        return true;
    }
}
