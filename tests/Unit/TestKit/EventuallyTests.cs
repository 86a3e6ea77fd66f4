using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.TestKit;

[Trait("Suite", "Unit")]
public sealed class EventuallyTests
{
    [Fact]
    public async Task See_FactHolds_ReturnsIt()
    {
        var looks = 0;
        Assert.Equal(3, await Eventually.SeeAsync("three looks", () => ++looks, seen => seen == 3));
    }

    [Fact]
    public async Task See_FactNeverHolds_TellsWhatWasAwaitedAndSeen()
    {
        var thrown = await Assert.ThrowsAsync<TimeoutException>(
            () => Eventually.SeeAsync("a second subscriber", () => 1, seen => seen == 2, TimeSpan.FromMilliseconds(50)));
        Assert.Equal("Awaited: a second subscriber. Seen after 0.05 s: 1.", thrown.Message);
    }

    [Fact]
    public async Task Within_NeverCompletes_TellsWhatWasAwaitedAndSeen()
    {
        var thrown = await Assert.ThrowsAsync<TimeoutException>(
            () => new TaskCompletionSource().Task.Within("the end", () => "the beginning", TimeSpan.FromMilliseconds(50)));
        Assert.Equal("Awaited: the end. Seen after 0.05 s: the beginning.", thrown.Message);
    }

    [Fact]
    public async Task Within_TaskFailsWithItsOwnTimeout_IsPassedOn()
    {
        var thrown = await Assert.ThrowsAsync<TimeoutException>(
            () => Task.FromException(new TimeoutException("its own")).Within("the end"));
        Assert.Equal("its own", thrown.Message);
    }
}
