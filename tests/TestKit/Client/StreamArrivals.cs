using SseFabric.TestKit.Http;

namespace SseFabric.TestKit.Client;

/// <summary>What arrives at a subscriber.</summary>
public sealed class StreamArrivals(SseClient subscriber) : IArrivals
{
    public async Task<IReadOnlyList<Arrival>> TakeAsync(int count) =>
        [.. (await subscriber.TakeAsync(count)).Select(received => new Arrival(received.Type, received.Text, received.Id))];

    public ValueTask DisposeAsync() => subscriber.DisposeAsync();
}
