using SseFabric.Contracts;
using SseFabric.Frontend.Resume;

namespace SseFabric.Unit.Resume;

[Trait("Suite", "Unit")]
public sealed class DeliveryOrderTests
{
    private static readonly ChannelName s_a = ChannelName.Parse("a");
    private static readonly ChannelName s_b = ChannelName.Parse("b");

    [Fact]
    public void PositionBefore_EventOfAnotherChannel_IsWhatWasGivenOutBeforeIt()
    {
        var order = new DeliveryOrder();
        Add(order, (s_a, 4), (s_b, 9), (s_a, 5), (s_b, 10), (s_a, 6), (s_b, 11));

        Assert.Equal(At(5), order.PositionBefore(s_a, order.CertainPlaceOf(s_b, At(10))!.Value));
        Assert.Equal(At(10), order.PositionBefore(s_b, order.CertainPlaceOf(s_a, At(6))!.Value));
        Assert.Equal(At(11), order.PositionBefore(s_b, long.MaxValue));
    }

    [Fact]
    public void Add_PositionThatWasGivenOut_ChangesNothing()
    {
        var order = new DeliveryOrder();
        Add(order, (s_a, 1), (s_b, 1), (s_a, 2), (s_b, 2));
        var place = order.CertainPlaceOf(s_a, At(2));
        Add(order, (s_a, 2), (s_a, 1));

        Assert.Equal(place, order.CertainPlaceOf(s_a, At(2)));
    }

    /// <summary>The first entry may be from before: what others had been given by then isn't known.</summary>
    [Fact]
    public void CertainPlaceOf_FirstEntryOrNone_IsUnknown()
    {
        var order = new DeliveryOrder();
        Add(order, (s_b, 1), (s_a, 7), (s_a, 8));

        Assert.Null(order.CertainPlaceOf(s_a, At(7)));
        Assert.Null(order.CertainPlaceOf(s_a, At(9)));
        Assert.Null(order.CertainPlaceOf(ChannelName.Parse("c"), At(1)));
        Assert.Equal(long.MaxValue, order.PlaceOf(s_a, At(9)));
    }

    [Fact]
    public void Add_BeyondTheCapacity_TheOldestIsUnknownAndTheRestTrue() => Seeds.Each(200, random =>
    {
        const int Capacity = 50;
        var order = new DeliveryOrder(Capacity);
        var channels = Enumerable.Range(0, 5).Select(i => ChannelName.Parse($"c{i}")).ToArray();
        var heads = new long[channels.Length];
        var log = new List<(int Channel, long Offset)>();
        for (var i = 0; i < 400; i++)
        {
            var channel = random.Next(channels.Length);
            log.Add((channel, ++heads[channel]));
            order.Add(channels[channel], At(heads[channel]));
        }

        for (var i = 0; i < log.Count; i++)
        {
            var (channel, offset) = log[i];
            var place = order.CertainPlaceOf(channels[channel], At(offset));
            Assert.True(place is null || i >= log.Count - Capacity, "A forgotten place is given.");
            for (var other = 0; place is not null && other < channels.Length; other++)
            {
                var before = log.Take(i).Where(entry => entry.Channel == other).Select(entry => (long?)entry.Offset).LastOrDefault();
                Assert.True(order.PositionBefore(channels[other], place.Value) is not { } given || given.Offset == before, "Another position than was given out.");
            }
        }

        Assert.NotNull(order.CertainPlaceOf(channels[log[^1].Channel], At(log[^1].Offset)));
    });

    private static Cursor At(long offset) => new(1, offset);

    private static void Add(DeliveryOrder order, params (ChannelName Channel, long Offset)[] entries)
    {
        foreach (var (channel, offset) in entries)
        {
            order.Add(channel, At(offset));
        }
    }
}
