using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace SseFabric.EndToEnd.Sources;

/// <summary>The order across channels, which a planned move of a channel's owner rests on.</summary>
[Collection(nameof(Alone))]
public class RedisSourceOrderTests
{
    private const int Messages = 200_000;
    private const int Channels = 50;

    [Theory]
    [InlineData(IngestGate.DefaultMaxBytes)]
    [InlineData(1L << 10)]
    public async Task Messages_AcrossChannelsAtFullSpeed_AreNeitherLostNorRepeatedNorReordered(long gateBytes)
    {
        await using var server = await RedisServer.StartAsync("--client-output-buffer-limit", "pubsub 0 0 0");
        await using var publisher = await server.ConnectAsync();
        Assert.True(RedisEndpoints.TryParse(server.Configuration, out var endpoints, out _));
        var gate = new IngestGate(gateBytes);
        await using var source = new RedisSource(endpoints, new ChannelRules([]), gate, TimeProvider.System, NullLogger<RedisSource>.Instance);
        var ledger = new Ledger(gate);
        for (var i = 0; i < Channels; i++)
        {
            Assert.True(await source.SubscribeAsync(ChannelName.Parse($"c{i}"), new Observer(ledger, i), TestContext.Current.CancellationToken));
        }

        var random = new Random(20261121);
        await publisher.PublishAllAsync(Enumerable.Range(0, Messages).Select(number =>
        {
            var channel = random.Next(Channels);
            return ($"c{channel}", Encoding.ASCII.GetBytes($"{channel} {number}"));
        }));
        await ledger.Done.Task.Within("all messages", () => $"{ledger.Next} of {Messages}; {ledger.Fault}", TimeSpan.FromSeconds(60));

        Assert.Null(ledger.Fault);
        Assert.Equal(Messages, source.Counters.Messages);
        await Eventually.SeeAsync("an empty gate", () => gate.WaitingBytes, bytes => bytes == 0);
    }

    /// <summary>Expects number after number, whichever channel each comes on. The source calls one at a time.</summary>
    private sealed class Ledger(IngestGate gate)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Next { get; private set; }

        public string? Fault { get; private set; }

        public void Take(int channel, ReadOnlyMemory<byte> payload)
        {
            var text = Encoding.ASCII.GetString(payload.Span);
            if (text != $"{channel} {Next}")
            {
                Fault ??= $"'{text}' came where '{channel} {Next}' was due.";
            }

            Next++;

            // Handed on elsewhere and a little later, as a fabric does.
            gate.Add(payload.Length);
            ThreadPool.UnsafeQueueUserWorkItem(
                static taken =>
                {
                    taken.gate.Release(taken.Length);
                    if (taken.IsLast)
                    {
                        taken.Done.SetResult();
                    }
                },
                (gate, payload.Length, IsLast: Next == Messages, Done),
                preferLocal: false);
        }
    }

    private sealed class Observer(Ledger ledger, int channel) : IChannelSourceObserver
    {
        public void OnMessage(ReadOnlyMemory<byte> payload) => ledger.Take(channel, payload);

        public void OnOversized(long length) => ledger.Take(channel, default);

        public void OnLost() => ledger.Take(channel, default);

        public void OnSubscribed()
        {
        }
    }
}
