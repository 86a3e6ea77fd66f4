using SseFabric.Contracts;

namespace SseFabric.Channels.Sources;

/// <summary>Waits for a fence, and does something at its place in the source's order. Any thread.</summary>
/// <param name="source">The source.</param>
/// <param name="channel">A channel that only those know who wait for this fence: whatever comes on it is the fence.</param>
/// <param name="cut">Called at most once, on the source's loop: after every message before the fence, and before every one behind it.</param>
public sealed class SourceFence(IOrderedSource source, ChannelName channel, Action cut) : IChannelSourceObserver, IDisposable
{
    /// <summary>What the name of a fence's channel begins with.</summary>
    public const string Prefix = "ssefabric:fence:";

    private readonly TaskCompletionSource<string?> _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The channel.</summary>
    public ChannelName Channel => channel;

    /// <summary>The server in whose order the fence has been passed; null if it never will be, or the server doesn't tell.</summary>
    public Task<string?> Passed => _passed.Task;

    /// <summary>The channel of a new fence.</summary>
    public static ChannelName NewChannel() => ChannelName.Parse($"{Prefix}{Guid.NewGuid():N}");

    /// <summary>Begins to listen.</summary>
    /// <returns>False if the server can't be reached now.</returns>
    public ValueTask<bool> ListenAsync(CancellationToken cancellationToken) => source.SubscribeAsync(channel, this, cancellationToken);

    /// <summary>Waits until the fence is passed, and no longer than <paramref name="patience"/>; after that it is not passed any more.</summary>
    /// <returns>As <see cref="Passed"/>.</returns>
    public async Task<string?> WaitAsync(TimeSpan patience, TimeProvider time)
    {
        try
        {
            return await _passed.Task.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            Dispose();
            return await _passed.Task;
        }
    }

    /// <summary>Listens no more: once this has returned the fence has been passed, or never will be.</summary>
    public void Dispose()
    {
        source.Unsubscribe(channel, this);
        _passed.TrySetResult(null);
    }

    /// <inheritdoc/>
    public void OnMessage(ReadOnlyMemory<byte> payload) => Pass();

    /// <inheritdoc/>
    public void OnOversized(long length) => Pass();

    /// <inheritdoc/>
    public void OnLost() => _passed.TrySetResult(null);

    /// <inheritdoc/>
    public void OnSubscribed()
    {
    }

    private void Pass()
    {
        if (!_passed.Task.IsCompleted)
        {
            cut();
            _passed.TrySetResult(source.ServerId);
        }
    }
}
