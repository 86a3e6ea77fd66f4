using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.TestKit;

[Trait("Suite", "Unit")]
public sealed class ManualTimeTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Advance_TimersDue_RunInOrderAtTheirTimes()
    {
        var start = _time.GetUtcNow();
        var ran = new List<string>();
        using var late = _time.CreateTimer(_ => Ran("late"), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var every = _time.CreateTimer(_ => Ran("every"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(["every 1", "late 3", "every 3"], ran);
        Assert.Equal(TimeSpan.FromSeconds(4), _time.GetElapsedTime(start.UtcTicks));
        Assert.Equal(1, _time.ActiveTimers);

        void Ran(string timer) => ran.Add($"{timer} {(_time.GetUtcNow() - start).TotalSeconds}");
    }

    [Fact]
    public void Change_WithinACallback_TakesEffect()
    {
        var runs = 0;
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => Again(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(3, runs);
        timer.Dispose();

        void Again() => timer!.Change(++runs < 3 ? TimeSpan.FromSeconds(1) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public async Task Delay_OnTheManualClock_EndsWhenItIsMoved()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(1), _time, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(delay.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        await delay.Within("the delay's end");
    }

    [Fact]
    public void Dispose_Timer_NeverRuns()
    {
        var timer = _time.CreateTimer(_ => Assert.Fail("It ran."), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }
}
