using SseFabric.Channels.Stats;
using SseFabric.Contracts;
using SseFabric.Contracts.Stats;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Stats;

/// <summary>The channels of a process, by subscribers, and their rates.</summary>
[Trait("Suite", "Unit")]
public sealed class OwnedChannelsTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Top_AnyChanges_IsWhatSortingAllWouldGive()
    {
        var owned = new OwnedChannels(_time);
        var random = new Random(1);
        var all = Enumerable.Range(0, 50).Select(i => new ChannelTraffic(ChannelName.Parse($"channel-{i:D2}"))).ToList();
        var counts = all.ToDictionary(traffic => traffic, _ => 0);
        foreach (var traffic in all)
        {
            owned.Add(traffic);
        }

        for (var change = 0; change < 2000; change++)
        {
            var traffic = all[random.Next(all.Count)];
            if (random.Next(20) == 0 && counts.Remove(traffic))
            {
                owned.Remove(traffic);
                all.Remove(traffic);
                var next = new ChannelTraffic(traffic.Channel);
                all.Add(next);
                counts.Add(next, 0);
                owned.Add(next);
            }
            else
            {
                counts[traffic] = random.Next(6);
                traffic.Count(counts[traffic]);
            }

            var expected = counts.Where(count => count.Value > 0)
                .OrderByDescending(count => count.Value).ThenBy(count => count.Key.Channel.Value, StringComparer.Ordinal)
                .Select(count => new ChannelStats(count.Key.Channel, count.Value, 0)).ToList();
            Assert.Equal(expected.Take(10), owned.Top(10));
            Assert.Equal(new OwnerCounts(expected.Count, 0), owned.Counts);
        }
    }

    [Fact]
    public void Rate_SteadyEvents_IsTheirRateWithinTwoSecondsAndNothingSoonAfter()
    {
        var traffic = new ChannelTraffic(ChannelName.Parse("a"));
        var owned = new OwnedChannels(_time);
        owned.Add(traffic);
        for (var i = 0; i < 200; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            traffic.Published(_time.GetUtcNow().ToUnixTimeMilliseconds());
        }

        Assert.InRange(owned.Stats(traffic).Rate, 80, 102);
        Assert.Equal(200, owned.Counts.Published);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.InRange(owned.Stats(traffic).Rate, 5, 15);
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(0.0, owned.Stats(traffic).Rate);
    }
}
