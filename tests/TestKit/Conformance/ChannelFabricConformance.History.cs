using SseFabric.Contracts;
using Xunit;

namespace SseFabric.TestKit.Conformance;

public abstract partial class ChannelFabricConformance
{
    private const int Retained = 20;

    [Fact]
    public async Task History_WithoutCursor_IsEverything()
    {
        var channel = Unique();
        var last = (await PublishAsync(channel, "a", "b", "c")).Last;

        var page = await ReadAsync(channel, null);

        Assert.Equal(ResumeOutcome.Exact, page.Outcome);
        Assert.Equal(["a", "b", "c"], page.Events.Select(EventText.Text));
        Assert.Equal(last, page.Head);
    }

    [Fact]
    public async Task History_UnusedChannel_IsEmpty()
    {
        var page = await ReadAsync(Unique(), null);

        Assert.Equal(ResumeOutcome.Exact, page.Outcome);
        Assert.Empty(page.Events);
        Assert.Equal(0, page.Head.Offset);
    }

    [Fact]
    public async Task History_EveryRetainedCursor_IsExact()
    {
        var channel = Unique();
        var head = await AttachAsync(channel);
        await PublishAsync(channel, [.. Enumerable.Range(1, 10).Select(i => $"{i}")]);

        for (var seen = 0; seen <= 10; seen++)
        {
            var page = await ReadAsync(channel, head with { Offset = seen });
            Assert.Equal(ResumeOutcome.Exact, page.Outcome);
            Assert.Equal(Enumerable.Range(seen + 1, 10 - seen).Select(i => $"{i}"), page.Events.Select(EventText.Text));
        }
    }

    [Fact]
    public async Task History_MoreThanItsCount_KeepsTheNewest()
    {
        var channel = Unique();
        var head = await AttachAsync(channel);
        for (var i = 1; i <= Retained + 15; i++)
        {
            await PublishAsync(channel, $"{i}");
        }

        var all = await ReadAsync(channel, null);
        var evicted = await ReadAsync(channel, head with { Offset = 14 });
        var atTheEdge = await ReadAsync(channel, head with { Offset = 15 });

        Assert.Equal(Enumerable.Range(16, Retained).Select(i => $"{i}"), all.Events.Select(EventText.Text));
        Assert.Equal(ResumeOutcome.Evicted, evicted.Outcome);
        Assert.Equal(Enumerable.Range(16, Retained).Select(i => $"{i}"), evicted.Events.Select(EventText.Text));
        Assert.Equal(ResumeOutcome.Exact, atTheEdge.Outcome);
        Assert.Equal(Retained, atTheEdge.Events.Count);
    }

    [Fact]
    public async Task History_CursorOfTheFuture_IsUnknown()
    {
        var channel = Unique();
        var last = (await PublishAsync(channel, "a", "b")).Last;

        Cursor[] never = [last with { Offset = 3 }, last with { Offset = long.MaxValue }, new(last.Epoch + 1_000_000, 1), new(long.MaxValue, 0)];
        foreach (var cursor in never)
        {
            var page = await ReadAsync(channel, cursor);
            Assert.Equal(ResumeOutcome.Unknown, page.Outcome);
            Assert.Equal(["a", "b"], page.Events.Select(EventText.Text));
        }
    }

    [Fact]
    public async Task History_CursorOfAnEpochNobodyRemembers_IsEpoch()
    {
        var channel = Unique();
        var last = (await PublishAsync(channel, "a", "b")).Last;

        foreach (var over in new[] { new Cursor(last.Epoch - 1, 5), new Cursor(1, 1) })
        {
            var page = await ReadAsync(channel, over);
            Assert.Equal(ResumeOutcome.Epoch, page.Outcome);
            Assert.Equal(["a", "b"], page.Events.Select(EventText.Text));
            Assert.Equal(last, page.Head);
        }
    }

    [Fact]
    public async Task History_AcrossEpochs_OlderCursorStillIsExact()
    {
        var channel = Unique();
        var old = await AttachAsync(channel);
        await PublishAsync(channel, "1", "2", "3");
        await AttachAsync(channel, old.Epoch + 1_000_000_000_000);
        await PublishAsync(channel, "4");

        var page = await ReadAsync(channel, old with { Offset = 2 });

        Assert.Equal(ResumeOutcome.Exact, page.Outcome);
        Assert.Equal(["3", "4"], page.Events.Select(EventText.Text));
        Assert.True(page.Head.Epoch > old.Epoch, $"{page.Head} is of the old epoch {old.Epoch}.");
    }

    [Fact]
    public async Task History_WhilePublishing_JoinsToTheFeedWithoutAHole()
    {
        const int count = 3000;
        var channel = Unique("roomy");
        await PublishAsync(channel, "0");
        var publishing = Task.Run(async () =>
        {
            for (var i = 1; i < count; i++)
            {
                await PublishAsync(channel, $"{i}");
            }
        });

        var follower = await FollowAsync(channel);
        var before = (await ReadAsync(channel, null)).Events.Where(published => published.Cursor <= follower.Position).ToList();
        await publishing;
        var live = await follower.TextsAsync(count - before.Count);

        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i}"), [.. before.Select(EventText.Text), .. live]);
    }
}
