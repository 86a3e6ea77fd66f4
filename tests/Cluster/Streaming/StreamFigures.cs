using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using SseFabric.Channels.Configuration;
using SseFabric.Cluster.Kit;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;
using SseFabric.Grains;
using SseFabric.Grains.Streaming;

namespace SseFabric.Cluster.Streaming;

/// <summary>Prints what the frontend streams do between two silos over TCP. Nothing is asserted but that all arrives: machines differ.</summary>
[Collection("Figures")]
[Trait("Suite", "Figures")]
public sealed class StreamFigures(ITestOutputHelper output)
{
    [Fact]
    public async Task Latency_OneAtATime()
    {
        await using var silos = await TcpSilos.StartAsync(ClusterRole.Channels, ClusterRole.Frontend);
        var sink = new TimingSink();
        var stream = Connect(silos, sink);
        foreach (var count in new[] { 2000, 5000 })
        {
            sink.Times.Clear();
            for (var i = 1; i <= count; i++)
            {
                sink.Begin = Stopwatch.GetTimestamp();
                var arrived = sink.Next();
                await stream.OnNextAsync(Batch("a", i, 1));
                await arrived;
            }

            sink.Times.Sort();
            Print($"one at a time, {count}: p50 {sink.Times[count / 2]:0.000} ms, p99 {sink.Times[count * 99 / 100]:0.000} ms, max {sink.Times[^1]:0.000} ms");
        }
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(64, 64)]
    [InlineData(1, 1000)]
    [InlineData(64, 1000)]
    public async Task Throughput(int size, int channels)
    {
        await using var silos = await TcpSilos.StartAsync(ClusterRole.Channels, ClusterRole.Frontend);
        var sink = new TimingSink();
        var stream = Connect(silos, sink);
        var total = 0L;
        for (var round = 0; round < 2; round++)
        {
            var each = (size == 1 ? 200_000 : 20_000) / channels;
            sink.Expect(total += (long)each * channels * size);
            var begin = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, channels).Select(channel => Task.Run(async () =>
            {
                for (var i = 0; i < each; i++)
                {
                    await stream.OnNextAsync(Batch($"c{channel}", 1 + (i * size), size));
                }
            }, TestContext.Current.CancellationToken)));
            await sink.All.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
            var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            Print($"{channels} channels, {size} a batch: {(double)each * channels * size / seconds:n0} events/s");
        }
    }

    private static IAsyncStream<EventBatch> Connect(TcpSilos silos, IFeedSink sink)
    {
        silos.Services[1].GetRequiredService<ClusterFabric>().UseSink(sink);
        var frontend = silos.Services[1].GetRequiredService<ILocalSiloDetails>().SiloAddress;
        return silos.Services[0].GetRequiredKeyedService<IStreamProvider>(FrontendStreamExtensions.ProviderName)
            .GetStream<EventBatch>(StreamId.Create(IFrontendGrain.StreamNamespace, frontend.ToParsableString()));
    }

    private static readonly byte[] s_payload = new byte[100];

    private static EventBatch Batch(string channel, long offset, int size)
    {
        var events = new PublishedEvent[size];
        for (var i = 0; i < size; i++)
        {
            events[i] = new PublishedEvent(new Cursor(1, offset + i), 1_764_000_000_000, new NewEvent(s_payload));
        }

        return new EventBatch(ChannelName.Parse(channel), events, events[^1].Cursor);
    }

    private void Print(FormattableString line)
    {
        output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private sealed class TimingSink : IFeedSink
    {
        private TaskCompletionSource _next = new();
        private TaskCompletionSource _all = new();
        private long _expected = long.MaxValue;
        private long _seen;

        public List<double> Times { get; } = [];

        public long Begin { get; set; }

        public Task All => _all.Task;

        public Task Next() => (_next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Expect(long total)
        {
            _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _expected = total;
        }

        public ValueTask<int> DisconnectAsync(Disconnection disconnection) => throw new NotSupportedException();

        public ValueTask DeliverAsync(IReadOnlyList<EventBatch> batches)
        {
            Times.Add(Stopwatch.GetElapsedTime(Begin).TotalMilliseconds);
            foreach (var batch in batches)
            {
                _seen += batch.Events.Count;
            }

            _next.TrySetResult();
            if (_seen >= _expected)
            {
                _all.TrySetResult();
            }

            return ValueTask.CompletedTask;
        }
    }
}
