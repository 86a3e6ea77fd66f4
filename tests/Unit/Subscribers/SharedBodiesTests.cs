using System.Text;
using SseFabric.Contracts;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Unit.Subscribers;

[Trait("Suite", "Unit")]
public sealed class SharedBodiesTests
{
    private readonly SharedBodies _bodies = new();

    [Fact]
    public void Of_SameEvent_IsEncodedOnce()
    {
        var (one, other) = (Published(1, 100), Published(2, 100));
        var first = _bodies.Of(one);

        Assert.Equal(FrameWriter.Body(one.Event), first);
        Assert.Equal(FrameWriter.Body(other.Event), _bodies.Of(other));
        Assert.Same(first, _bodies.Of(one));
    }

    [Fact]
    public void Of_EventsOfTwoChannelsAtTheSamePosition_EachGetsItsOwn()
    {
        var (one, other) = (Published(1, 100), Published(1, 101));
        _bodies.Of(one);

        Assert.Equal(FrameWriter.Body(other.Event), _bodies.Of(other));
    }

    /// <summary>An event counts twice, as itself and as its body: two of a fifth of the bound fit, three don't.</summary>
    [Fact]
    public void Of_Full_ForgetsWhatItHad()
    {
        PublishedEvent[] events = [.. Enumerable.Range(1, 3).Select(offset => Published(offset, (int)SharedBodies.MaxBytes / 5))];
        var first = _bodies.Of(events[0]);
        _bodies.Of(events[1]);
        Assert.Same(first, _bodies.Of(events[0]));
        _bodies.Of(events[2]);

        Assert.NotSame(first, _bodies.Of(events[0]));
    }

    [Fact]
    public void Of_LargerThanTheBound_IsGivenAndForgottenWithTheNext()
    {
        var (huge, small) = (Published(1, (int)SharedBodies.MaxBytes), Published(2, 100));
        var first = _bodies.Of(huge);
        _bodies.Of(small);

        Assert.NotSame(first, _bodies.Of(huge));
    }

    [Fact]
    public void Clear_ForgetsEverything()
    {
        var published = Published(1, 100);
        var first = _bodies.Of(published);
        _bodies.Clear();

        Assert.NotSame(first, _bodies.Of(published));
    }

    private static PublishedEvent Published(long offset, int size) =>
        new(new Cursor(1, offset), 0, new NewEvent(Encoding.UTF8.GetBytes(new string('x', size))));
}
