using System.IO.Pipelines;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Unit.Subscribers;

[Trait("Suite", "Unit")]
public sealed class HeartbeatWheelTests
{
    [Theory]
    [InlineData(0.1, 6.25, 16)]
    [InlineData(1.6, 100, 16)]
    [InlineData(15, 100, 150)]
    [InlineData(3600, 100, 36000)]
    public void Tick_IsASixteenthAndAtMostATenthOfASecond(double heartbeatSeconds, double tickMilliseconds, long ticks)
    {
        var wheel = new HeartbeatWheel(TimeSpan.FromSeconds(heartbeatSeconds));
        Assert.Equal(TimeSpan.FromMilliseconds(tickMilliseconds), wheel.Tick);
        Assert.Equal(ticks, wheel.Heartbeat);
    }

    [Fact]
    public void Turn_AnyPlacesAndRemovals_EverybodyIsLookedAtNotLaterThanDue() =>
        Seeds.Each(100, random =>
        {
            var wheel = new HeartbeatWheel(TimeSpan.FromSeconds(random.Next(1, 60)));
            var placed = new Dictionary<Subscriber, long>();
            for (var i = 0; i < 1000; i++)
            {
                switch (random.Next(4))
                {
                    case 0:
                        var subscriber = New(wheel);
                        subscriber.EndTick = random.Next(3) == 0 ? long.MaxValue : wheel.Now + random.Next(0, 1000);
                        Place(wheel, placed, subscriber);
                        break;
                    case 1 when placed.Count > 0:
                        var gone = placed.Keys.ElementAt(random.Next(placed.Count));
                        wheel.Remove(gone);
                        wheel.Remove(gone);
                        placed.Remove(gone);
                        break;
                    case 2 when placed.Count > 0:
                        var moved = placed.Keys.ElementAt(random.Next(placed.Count));
                        moved.EndTick = wheel.Now + random.Next(0, 1000);
                        Place(wheel, placed, moved);
                        break;
                    default:
                        var due = wheel.Turn();
                        Assert.Equal(due.Count, due.Distinct().Count());
                        foreach (var looked in due)
                        {
                            Assert.True(placed.Remove(looked), "A subscriber that was removed came up.");
                            if (wheel.Now < looked.EndTick && wheel.Now < wheel.Heartbeat)
                            {
                                Place(wheel, placed, looked);
                            }
                        }

                        Assert.All(placed.Values, latest => Assert.True(latest >= wheel.Now, "A subscriber was passed over."));
                        break;
                }
            }
        });

    /// <summary>Nothing can be written to it: its overdue heartbeat is no reason to look at it at each tick.</summary>
    [Fact]
    public void Place_Busy_IsLookedAtTwiceAHeartbeat()
    {
        var wheel = new HeartbeatWheel(TimeSpan.FromSeconds(15));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var output = new PipeOutput(pipe.Writer, () => { }, null);
        var subscriber = new Subscriber(null!, output, new StreamOptions()) { HeartbeatTicks = wheel.Heartbeat };
        output.Put("more than it takes"u8);
        Assert.True(output.Flush());
        Assert.True(subscriber.IsBusy);

        wheel.Place(subscriber);
        var looks = 0;
        for (var tick = 0; tick < 10 * wheel.Heartbeat; tick++)
        {
            foreach (var looked in wheel.Turn())
            {
                looks++;
                wheel.Place(looked);
            }
        }

        Assert.Equal(20, looks);
    }

    // LastWriteTick is 0 for a subscriber that no loop has written to.
    private static void Place(HeartbeatWheel wheel, Dictionary<Subscriber, long> placed, Subscriber subscriber)
    {
        wheel.Place(subscriber);
        placed[subscriber] = Math.Max(wheel.Now + 1, Math.Min(wheel.Heartbeat, subscriber.EndTick));
    }

    private static Subscriber New(HeartbeatWheel wheel) =>
        new(null!, new PipeOutput(PipeWriter.Create(Stream.Null), () => { }, null), new StreamOptions()) { HeartbeatTicks = wheel.Heartbeat };
}
