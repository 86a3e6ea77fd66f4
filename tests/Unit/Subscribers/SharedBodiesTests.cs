using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Unit.Subscribers;

[Trait("Suite", "Unit")]
public sealed class SharedBodiesTests
{
    private readonly SharedBodies _bodies = new();
    private readonly ChannelFeed _feed = new(ChannelName.Parse("a"));
    private readonly NativeFormat _native = new(new StreamOptions());

    [Fact]
    public void Of_SameEvent_IsEncodedOnce()
    {
        var (one, other) = (Published(1, 100), Published(2, 100));
        var first = Of(one);

        Assert.Equal(FrameWriter.Body(one.Event), first);
        Assert.Equal(FrameWriter.Body(other.Event), Of(other));
        Assert.Same(first, Of(one));
    }

    [Fact]
    public void Of_EventsOfTwoChannelsAtTheSamePosition_EachGetsItsOwn()
    {
        var (one, other) = (Published(1, 100), Published(1, 101));
        Of(one);

        Assert.Equal(FrameWriter.Body(other.Event), Of(other));
    }

    /// <summary>An event counts twice, as itself and as its body: two of a fifth of the bound fit, three don't.</summary>
    [Fact]
    public void Of_Full_ForgetsWhatItHad()
    {
        PublishedEvent[] events = [.. Enumerable.Range(1, 3).Select(offset => Published(offset, (int)SharedBodies.MaxBytes / 5))];
        var first = Of(events[0]);
        Of(events[1]);
        Assert.Same(first, Of(events[0]));
        Of(events[2]);

        Assert.NotSame(first, Of(events[0]));
    }

    [Fact]
    public void Of_LargerThanTheBound_IsGivenAndForgottenWithTheNext()
    {
        var (huge, small) = (Published(1, (int)SharedBodies.MaxBytes), Published(2, 100));
        var first = Of(huge);
        Of(small);

        Assert.NotSame(first, Of(huge));
    }

    [Fact]
    public void Clear_ForgetsEverything()
    {
        var published = Published(1, 100);
        var first = Of(published);
        _bodies.Clear();

        Assert.NotSame(first, Of(published));
    }

    [Fact]
    public void Of_AnotherFormat_IsAnotherBody()
    {
        var published = Published(1, 100);
        var uwsgi = new UwsgiFormat();
        var first = Of(published);
        var second = _bodies.Of(uwsgi, _feed, published);

        Assert.NotSame(first, second);
        Assert.Same(first, Of(published));
        Assert.Same(second, _bodies.Of(uwsgi, _feed, published));
    }

    private byte[]? Of(PublishedEvent published) => _bodies.Of(_native, _feed, published);

    private static PublishedEvent Published(long offset, int size) =>
        new(new Cursor(1, offset), 0, new NewEvent(Encoding.UTF8.GetBytes(new string('x', size))));
}
