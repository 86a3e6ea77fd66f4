using SseFabric.Client.Subscribing;

namespace SseFabric.Unit.Client;

public sealed class ReconnectDelayTests
{
    private double _random;

    [Fact]
    public void Next_IsTheRetryAndUpToHalfAsMuchAgain()
    {
        var delay = Delay(seconds: 2);

        Assert.Equal(TimeSpan.FromSeconds(2), delay.Next());
        _random = 1;
        Assert.Equal(TimeSpan.FromSeconds(3), delay.Next());
    }

    [Fact]
    public void Next_AfterTheServerNamedOne_IsThat()
    {
        var delay = Delay(seconds: 2);

        delay.Answered(TimeSpan.FromMilliseconds(70));
        delay.Answered(null);

        Assert.Equal(TimeSpan.FromMilliseconds(70), delay.Next());
    }

    [Fact]
    public void Next_FailuresInARow_GrowToTheLongest()
    {
        var delay = Delay(seconds: 2);
        var waits = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            delay.Failed();
            waits.Add(delay.Next().TotalSeconds);
        }

        Assert.Equal([2, 4, 8, 10, 10], waits.Take(5));
        Assert.Equal(10, waits[^1]);
        delay.Answered(null);
        Assert.Equal(TimeSpan.FromSeconds(2), delay.Next());
    }

    [Fact]
    public void Next_NoWaitWanted_StillGrowsWithFailures()
    {
        var delay = Delay(seconds: 0);

        Assert.Equal(TimeSpan.Zero, delay.Next());
        delay.Failed();
        Assert.Equal(TimeSpan.FromMilliseconds(50), delay.Next());
        delay.Failed();
        Assert.Equal(TimeSpan.FromMilliseconds(100), delay.Next());
    }

    [Fact]
    public void Next_TheServerNamedALongerOneThanTheLongest_IsThat()
    {
        var delay = Delay(seconds: 2);

        delay.Answered(TimeSpan.FromMinutes(1));
        delay.Failed();

        Assert.Equal(TimeSpan.FromMinutes(1), delay.Next());
    }

    [Fact]
    public void Next_RetryAfter_IsTheLeast()
    {
        var delay = Delay(seconds: 2);

        Assert.Equal(TimeSpan.FromSeconds(20), delay.Next(atLeast: TimeSpan.FromSeconds(20)));
        Assert.Equal(TimeSpan.FromSeconds(2), delay.Next(atLeast: TimeSpan.FromSeconds(1)));
    }

    private ReconnectDelay Delay(int seconds) => new(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(10), () => _random);
}
