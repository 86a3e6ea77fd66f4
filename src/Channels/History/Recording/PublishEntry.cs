using SseFabric.Contracts;

namespace SseFabric.Channels.History.Recording;

/// <summary>What a publisher gave at once.</summary>
internal sealed class PublishEntry(IReadOnlyList<NewEvent> events, string? idempotencyKey) : IntakeEntry
{
    private readonly TaskCompletionSource<PublishResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<NewEvent> Events { get; } = events;

    public string? IdempotencyKey { get; } = idempotencyKey;

    public Task<PublishResult> Result => _result.Task;

    public override long Size { get; } = events.Sum(PublishedEvent.SizeOf);

    public void Complete(PublishResult result) => _result.TrySetResult(result);
}
