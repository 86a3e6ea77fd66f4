namespace SseFabric.Channels.History.Recording;

/// <summary>A place in the sequence where the epoch is decided.</summary>
/// <param name="isSubscribed">Whether the source was subscribed here: what it had before may have been missed.</param>
/// <param name="lastKnownEpoch">The channel's epoch is not older than this from here on.</param>
internal sealed class BoundaryEntry(bool isSubscribed, long lastKnownEpoch) : IntakeEntry
{
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsSubscribed { get; } = isSubscribed;

    public long LastKnownEpoch { get; } = lastKnownEpoch;

    public Task Passed => _passed.Task;

    public void Pass() => _passed.TrySetResult();
}
