using System.Net;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Unit.Subscribers;

[Trait("Suite", "Unit")]
public sealed class SubscriberLimitsTests
{
    private static readonly IPAddress s_one = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress s_two = IPAddress.Parse("192.0.2.2");

    [Fact]
    public void TryEnter_PerAddress_OthersAreFree()
    {
        var limits = new SubscriberLimits(new StreamOptions { MaxPerAddress = 2 });
        Assert.Equal(LimitOutcome.Entered, limits.TryEnter(s_one));
        Assert.Equal(LimitOutcome.Entered, limits.TryEnter(s_one));
        Assert.Equal(LimitOutcome.Address, limits.TryEnter(s_one));
        Assert.Equal(LimitOutcome.Entered, limits.TryEnter(s_two));
        Assert.Equal(LimitOutcome.Entered, limits.TryEnter(null));

        limits.Leave(s_one);

        Assert.Equal(LimitOutcome.Entered, limits.TryEnter(s_one));
        Assert.Equal(LimitOutcome.Address, limits.TryEnter(s_one));
    }

    [Fact]
    public void TryEnter_RefusedByAddress_TakesNoPlaceOfTheTotal()
    {
        var limits = new SubscriberLimits(new StreamOptions { MaxSubscribers = 2, MaxPerAddress = 1 });
        Assert.Equal(LimitOutcome.Entered, limits.TryEnter(s_one));
        Assert.Equal(LimitOutcome.Address, limits.TryEnter(s_one));
        Assert.Equal(LimitOutcome.Entered, limits.TryEnter(s_two));
        Assert.Equal(LimitOutcome.Total, limits.TryEnter(null));
    }

    [Fact]
    public void TryEnter_ManyThreads_NeverMoreThanTheLimitsAndAllPlacesComeBack()
    {
        const int total = 20;
        const int each = 8;
        var limits = new SubscriberLimits(new StreamOptions { MaxSubscribers = total, MaxPerAddress = each });
        var inside = new int[4];
        var broken = 0;

        Parallel.For(0, 8, worker =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 5000; i++)
            {
                var which = random.Next(inside.Length);
                var address = new IPAddress([192, 0, 2, (byte)which]);
                if (limits.TryEnter(address) == LimitOutcome.Entered)
                {
                    var now = Interlocked.Increment(ref inside[which]);
                    if (now > each || inside.Sum() > total)
                    {
                        Interlocked.Increment(ref broken);
                    }

                    Interlocked.Decrement(ref inside[which]);
                    limits.Leave(address);
                }
            }
        });

        Assert.Equal(0, broken);
        for (var i = 0; i < total; i++)
        {
            Assert.Equal(LimitOutcome.Entered, limits.TryEnter(new IPAddress([192, 0, 2, (byte)(i / each)])));
        }

        Assert.Equal(LimitOutcome.Total, limits.TryEnter(s_two));
    }
}
