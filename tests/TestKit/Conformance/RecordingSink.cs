using System.Collections.Concurrent;
using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Conformance;

/// <summary>A sink that keeps every batch as it came, and can be held up.</summary>
public sealed class RecordingSink : IFeedSink
{
    private readonly ConcurrentQueue<EventBatch> _batches = [];
    private readonly ConcurrentQueue<Disconnection> _disconnections = [];
    private readonly ConcurrentDictionary<ChannelName, int> _inDelivery = [];
    private volatile TaskCompletionSource? _held;
    private int _waiting;

    /// <summary>Batches as they came, of all channels.</summary>
    public IReadOnlyCollection<EventBatch> Batches => _batches;

    /// <summary>Whether two calls for one channel ever overlapped.</summary>
    public bool Overlapped { get; private set; }

    /// <summary>Every delivery from now on waits.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => Interlocked.Exchange(ref _held, null)?.SetResult();

    /// <summary>Waits until a delivery is being held up.</summary>
    public Task WaitForHeldAsync() => Eventually.SeeAsync("a delivery that is held up", () => Volatile.Read(ref _waiting), waiting => waiting > 0);

    public IReadOnlyList<EventBatch> BatchesOf(string channel) => [.. _batches.Where(batch => batch.Channel.Value == channel)];

    public IReadOnlyList<PublishedEvent> EventsOf(string channel) => [.. BatchesOf(channel).SelectMany(batch => batch.Events)];

    public async ValueTask DeliverAsync(IReadOnlyList<EventBatch> batches)
    {
        Enter(batches, 1);
        if (_held is { } held)
        {
            Interlocked.Increment(ref _waiting);
            await held.Task;
            Interlocked.Decrement(ref _waiting);
        }

        foreach (var batch in batches)
        {
            _batches.Enqueue(batch);
        }

        Enter(batches, -1);
    }

    /// <summary>What streams were to be ended.</summary>
    public IReadOnlyCollection<Disconnection> Disconnections => _disconnections;

    /// <summary>How many streams there are to end.</summary>
    public int Streams { get; set; }

    public ValueTask<int> DisconnectAsync(Disconnection disconnection)
    {
        _disconnections.Enqueue(disconnection);
        return ValueTask.FromResult(Streams);
    }

    private void Enter(IReadOnlyList<EventBatch> batches, int change)
    {
        foreach (var channel in batches.Select(batch => batch.Channel).Distinct())
        {
            Overlapped |= _inDelivery.AddOrUpdate(channel, change, (_, now) => now + change) > 1;
        }
    }
}
