using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Conformance;

/// <summary>Follows one channel the way a frontend must: repeats are dropped by cursor, holes and lost tails are read from the history.</summary>
public sealed class FeedFollower(IChannelFabric fabric, RecordingSink sink, string channel, Cursor head)
{
    private readonly ChannelName _channel = ChannelName.Parse(channel);
    private readonly List<PublishedEvent> _events = [];
    private int _seen;

    /// <summary>How far it has got.</summary>
    public Cursor Position { get; private set; } = head;

    /// <summary>Holes that the history had to fill.</summary>
    public int Repairs { get; private set; }

    public async Task<IReadOnlyList<PublishedEvent>> WaitForAsync(int count, TimeSpan? timeout = null)
    {
        await Eventually.SeeAsync(
            $"{count} events of {channel}", CatchUpAsync, events => events >= count, timeout ?? TimeSpan.FromSeconds(30), show: events => $"{events}, at {Position}");
        return _events.Count == count ? _events : throw new InvalidOperationException($"{channel}: {count} events were awaited, {_events.Count} came.");
    }

    /// <summary>The payloads, as text, once there are this many.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync(int count) => [.. (await WaitForAsync(count)).Select(published => published.Text())];

    private async Task<int> CatchUpAsync()
    {
        var batches = sink.BatchesOf(channel);
        for (; _seen < batches.Count; _seen++)
        {
            foreach (var published in batches[_seen].Events)
            {
                await TakeAsync(published);
            }

            if (batches[_seen].Head > Position)
            {
                await RepairAsync();
            }
        }

        return _events.Count;
    }

    private async Task TakeAsync(PublishedEvent published)
    {
        if (published.Cursor <= Position)
        {
            return;
        }

        if (!published.Cursor.Follows(Position) && (published.Cursor.Epoch == Position.Epoch || published.Cursor.Offset != 1))
        {
            await RepairAsync();
        }

        if (published.Cursor > Position)
        {
            Add(published);
        }
    }

    private async Task RepairAsync()
    {
        Repairs++;
        var page = await fabric.ReadHistoryAsync(_channel, Position, CancellationToken.None)
            ?? throw new InvalidOperationException($"{channel}: the history can't be read at {Position}.");
        if (page.Outcome != ResumeOutcome.Exact)
        {
            throw new InvalidOperationException($"{channel}: the history after {Position} is {page.Outcome}.");
        }

        foreach (var published in page.Events.Where(published => published.Cursor > Position))
        {
            Add(published);
        }

        Position = page.Head > Position ? page.Head : Position;
    }

    private void Add(PublishedEvent published)
    {
        _events.Add(published);
        Position = published.Cursor;
    }
}
