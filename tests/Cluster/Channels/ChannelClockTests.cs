using SseFabric.Grains.Channels;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Channels;

public sealed class ChannelClockTests
{
    private static readonly TimeSpan s_linger = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    private readonly ManualTime _time = new();
    private readonly ChannelClock _clock;

    public ChannelClockTests() => _clock = new ChannelClock(_time, s_linger);

    [Fact]
    public void Due_NobodyNeedsIt_LeavesAfterTheLinger()
    {
        Advance(s_linger - s_tick);
        Assert.Equal(ChannelDuty.None, _clock.Due());

        Advance(s_tick);
        Assert.Equal(ChannelDuty.Leave, _clock.Due());
    }

    [Fact]
    public void Due_UsedAgain_LingerBeginsAnew()
    {
        Advance(s_linger - s_tick);
        Assert.True(_clock.SetNeeded(true));
        Assert.True(_clock.SetNeeded(false));

        Advance(s_linger - s_tick);
        Assert.Equal(ChannelDuty.None, _clock.Due());
    }

    [Fact]
    public void Due_Needed_BeatsSlowly()
    {
        _clock.SetNeeded(true);
        for (var beat = 0; beat < 3; beat++)
        {
            Assert.Equal(ChannelDuty.None, _clock.Due());
            Assert.Equal(ChannelClock.SlowBeat + s_tick, _clock.Wait());
            Advance(ChannelClock.SlowBeat);
            Assert.Equal(ChannelDuty.Beat, _clock.Due());
        }
    }

    [Fact]
    public void Due_AfterTheLastEvent_BeatsOnceShortly()
    {
        _clock.SetNeeded(true);
        _clock.OnEvent();
        Advance(ChannelClock.TailBeat / 2);
        _clock.OnEvent();

        Advance(ChannelClock.TailBeat / 2);
        Assert.Equal(ChannelDuty.None, _clock.Due());
        Advance(ChannelClock.TailBeat / 2);
        Assert.Equal(ChannelDuty.Beat, _clock.Due());
        Advance(ChannelClock.TailBeat);
        Assert.Equal(ChannelDuty.None, _clock.Due());
    }

    [Fact]
    public void Due_EventsWithoutEnd_StillBeatsSlowly()
    {
        _clock.SetNeeded(true);
        var beats = 0;
        for (var i = 0; i < 100; i++)
        {
            _clock.OnEvent();
            Advance(ChannelClock.TailBeat / 2);
            beats += _clock.Due() == ChannelDuty.Beat ? 1 : 0;
        }

        Assert.Equal(2, beats);
    }

    private void Advance(TimeSpan time) => _time.Advance(time);
}
