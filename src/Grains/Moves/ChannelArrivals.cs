using System.Collections.Concurrent;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Moves;

/// <summary>Hears and keeps for channels what their grains, which are about to move to this silo, go on from. Any thread; one for a silo.</summary>
internal sealed class ChannelArrivals(IChannelSource sources, IngestGate gate, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_fencePatience = TimeSpan.FromSeconds(2);

    // A grain that hasn't come by then doesn't come: its silo has died, or the move was given up.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ChannelName, (ChannelArrival Arrival, long Since)> _expected = new();
    private readonly Lock _lock = new();
    private ITimer? _sweep;

    /// <summary>How many channels are on their way.</summary>
    public int Count => _expected.Count;

    /// <summary>Begins to hear channels, publishes a fence, and keeps what comes behind it.</summary>
    public async Task<MovePreparation> PrepareAsync(IReadOnlyList<string> channels, string fenceChannel)
    {
        var names = channels.Select(ChannelName.Parse).ToArray();
        var refusal = new MovePreparation(null, new bool[names.Length]);
        if (names.Length == 0 || sources.OrderOf(names[0]) is not { } source)
        {
            return refusal;
        }

        foreach (var name in names)
        {
            Take(name)?.Dispose();
        }

        var relays = Array.ConvertAll(names, name => new SourceRelay(source, name, gate));
        using var fence = new SourceFence(source, ChannelName.Parse(fenceChannel), () => Array.ForEach(relays, relay => relay.Keep()));
        var heard = await Task.WhenAll(relays.Select(relay => IsHeardAsync(relay, source)));
        if (!await TryAsync(fence.ListenAsync) || !await TryAsync(token => source.PublishFenceAsync(fence.Channel, token))
            || await fence.WaitAsync(s_fencePatience, time) is not { } server)
        {
            Array.ForEach(relays, relay => relay.Dispose());
            return refusal;
        }

        for (var i = 0; i < relays.Length; i++)
        {
            if (heard[i])
            {
                Expect(names[i], new ChannelArrival(relays[i], null));
            }
            else
            {
                relays[i].Dispose();
            }
        }

        return new MovePreparation(server, heard);
    }

    /// <summary>Keeps what owners have left.</summary>
    public void Keep(IEnumerable<MovedChannel> channels)
    {
        foreach (var channel in channels)
        {
            var name = ChannelName.Parse(channel.Channel);
            Expect(name, new ChannelArrival(Take(name)?.Relay, channel));
        }
    }

    /// <summary>What is kept for a channel; it is the taker's from now on.</summary>
    public ChannelArrival? Take(ChannelName channel) => _expected.TryRemove(channel, out var expected) ? expected.Arrival : null;

    public void Dispose() => _sweep?.Dispose();

    private void Expect(ChannelName channel, ChannelArrival arrival)
    {
        _expected[channel] = (arrival, time.GetTimestamp());
        lock (_lock)
        {
            _sweep ??= time.CreateTimer(static self => ((ChannelArrivals)self!).Sweep(), this, s_patience, s_patience);
        }
    }

    private void Sweep()
    {
        foreach (var expected in _expected)
        {
            if (time.GetElapsedTime(expected.Value.Since) >= s_patience && _expected.TryRemove(expected))
            {
                expected.Value.Arrival.Dispose();
            }
        }
    }

    private async Task<bool> IsHeardAsync(SourceRelay relay, IOrderedSource source)
    {
        try
        {
            return ReferenceEquals(sources.OrderOf(relay.Channel), source) && await TryAsync(relay.ListenAsync);
        }
        catch (InvalidOperationException)
        {
            // Somebody here hears it already: the channel has another owner than the one that asks.
            return false;
        }
    }

    private async Task<bool> TryAsync(Func<CancellationToken, ValueTask<bool>> attempt)
    {
        using var patience = new CancellationTokenSource(s_fencePatience, time);
        try
        {
            return await attempt(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
