namespace SseFabric.TestKit.Client;

/// <summary>What arrives on a channel from the moment on at which it was followed.</summary>
public interface IArrivals : IAsyncDisposable
{
    /// <summary>The next events, in order.</summary>
    Task<IReadOnlyList<Arrival>> TakeAsync(int count);
}
