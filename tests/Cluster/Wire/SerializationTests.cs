using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Cluster.Wire;

/// <summary>What goes between silos comes out as it went in.</summary>
public sealed class SerializationTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer(serializer => serializer.AddAssembly(typeof(IChannelGrain).Assembly)).BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void EventBatch_AnyEvents_ComesBackEqual()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var batch = RandomBatch(random);
            var back = RoundTrip(batch);

            Assert.Equal(batch.Channel, back.Channel);
            Assert.Equal(batch.Head, back.Head);
            Assert.Equal(batch.Source, back.Source);
            AssertSame(batch.Events, back.Events);
        }
    }

    [Fact]
    public void EventBatch_ConsecutiveEvents_CostEightBytesEach()
    {
        var small = Sized(1);
        var large = Sized(1001);

        Assert.Equal(1000 * (8 + 10), large - small - VarIntGrowth);
        return;

        int Sized(int count) => Bytes(new EventBatch(
            ChannelName.Parse("c"),
            [.. Enumerable.Range(1, count).Select(i => new PublishedEvent(new Cursor(7, i), 1000 + i, new NewEvent(new byte[10])))],
            new Cursor(7, 1),
            SourceState.Up)).Length;
    }

    [Fact]
    public void HistoryPage_ComesBackEqual()
    {
        var page = new HistoryPage(
            ResumeOutcome.Evicted, RandomBatch(new Random(2)).Events, new Cursor(9, 8), new Cursor(7, 6), [new Cursor(1, 2), new Cursor(3, 4)]);

        var back = RoundTrip(page);

        AssertSame(page.Events, back.Events);
        Assert.Equal(page.ClosedEpochs, back.ClosedEpochs);
        Assert.Equal((page.Outcome, page.Head, page.TrimmedThrough), (back.Outcome, back.Head, back.TrimmedThrough));
    }

    [Fact]
    public void SmallValues_ComeBackEqual()
    {
        var offered = new NewEvent("tick", new byte[] { 1, 2, 3 }) { Retry = TimeSpan.FromSeconds(1), Rejected = true };
        var back = RoundTrip(offered);

        Assert.Equal(offered.Data.ToArray(), back.Data.ToArray());
        Assert.Equal(offered with { Data = back.Data }, back);
        Assert.Equal(new PublishResult(PublishOutcome.TooLarge, new Cursor(1, 2), 3), RoundTrip(new PublishResult(PublishOutcome.TooLarge, new Cursor(1, 2), 3)));
        Assert.Equal(new AttachResult(AttachOutcome.Unavailable, new Cursor(4, 5)), RoundTrip(new AttachResult(AttachOutcome.Unavailable, new Cursor(4, 5))));
    }

    [Fact]
    public void Copy_WithinASilo_IsTheSameObject()
    {
        var batch = RandomBatch(new Random(3));
        var copier = _services.GetRequiredService<DeepCopier>();

        Assert.Same(batch, copier.Copy(batch));
        Assert.Same(batch.Events[0].Event, copier.Copy(batch.Events[0].Event));
    }

    // A list's length is a number of variable size: one byte for one event, more for a thousand.
    private const int VarIntGrowth = 2;

    private static EventBatch RandomBatch(Random random)
    {
        var events = new List<PublishedEvent>();
        var cursor = new Cursor(random.NextInt64(long.MaxValue / 2), random.NextInt64(1000));
        var acceptedAt = random.NextInt64(1L << 45);
        for (var i = random.Next(100); i >= 0; i--)
        {
            cursor = random.Next(10) switch
            {
                0 => new Cursor(cursor.Epoch + 1, 1),
                1 => cursor with { Offset = cursor.Offset + 5 },
                _ => cursor with { Offset = cursor.Offset + 1 },
            };
            acceptedAt += random.Next(10) switch { 0 => -5, 1 => 1L << 30, _ => random.Next(3) };
            var data = new byte[random.Next(20) == 0 ? 100_000 : random.Next(50)];
            random.NextBytes(data);
            var type = random.Next(3) == 0 ? new string('ж', 1 + random.Next(NewEvent.MaxTypeLength)) : NewEvent.DefaultType;
            events.Add(new PublishedEvent(cursor, acceptedAt, new NewEvent(type, data)
            {
                Retry = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next()) : null,
                Rejected = random.Next(5) == 0,
            }));
        }

        return new EventBatch(ChannelName.Parse("канал"), events, cursor, (SourceState)random.Next(2));
    }

    private static void AssertSame(IReadOnlyList<PublishedEvent> expected, IReadOnlyList<PublishedEvent> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (left, right) in expected.Zip(actual))
        {
            Assert.Equal(left.Event.Data.ToArray(), right.Event.Data.ToArray());
            Assert.Equal(left, right with { Event = right.Event with { Data = left.Event.Data } });
        }
    }

    private byte[] Bytes<T>(T value) => _services.GetRequiredService<Serializer>().SerializeToArray(value);

    private T RoundTrip<T>(T value) => _services.GetRequiredService<Serializer>().Deserialize<T>(Bytes(value))!;
}
