using System.Text;
using SseFabric.Client;
using SseFabric.Contracts;
using Xunit;

namespace SseFabric.TestKit.Client;

/// <summary>What every <see cref="IChannelPublisher"/> must do; derive from it once for each implementation.</summary>
[Trait("Suite", "Conformance")]
public abstract class ChannelPublisherConformance : IAsyncLifetime
{
    private PublisherUnderTest _underTest = null!;

    private IChannelPublisher Publisher => _underTest.Publisher;

    public async ValueTask InitializeAsync() => _underTest = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (_underTest is not null)
        {
            await _underTest.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Publish_OneEvent_IsAcceptedAndArrives()
    {
        var channel = Unique();
        await using var arrivals = await _underTest.FollowAsync(channel);

        var answer = await PublishAsync(channel, Event("hello"));

        AssertAccepted(answer);
        var arrived = Assert.Single(await arrivals.TakeAsync(1));
        Assert.Equal((NewEvent.DefaultType, "hello"), (arrived.Type, arrived.Text));
        if (_underTest.TellsIds)
        {
            Assert.NotNull(answer.Id);
            Assert.True(arrived.Id is null || arrived.Id == answer.Id, $"{arrived.Id} arrived, {answer.Id} was answered.");
        }
    }

    [Fact]
    public async Task Publish_OneTypedEvent_ArrivesWithItsType()
    {
        var channel = Unique();
        await using var arrivals = await _underTest.FollowAsync(channel);

        AssertAccepted(await PublishAsync(channel, Event("42.17", "price é&=?")));

        Assert.Equal(["price é&=?=42.17"], await TakeAsync(arrivals, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("é€😀 \"quoted\" \\ \t")]
    [InlineData("one\ntwo\n\nfour")]
    [InlineData("{\"event\":\"forged\",\"data\":\"x\"}")]
    [InlineData("[1, 2]")]
    [InlineData("event: forged\n\ndata: x\n\n")]
    public async Task Publish_AnyText_ArrivesUnchanged(string text)
    {
        var channel = Unique();
        await using var arrivals = await _underTest.FollowAsync(channel);

        AssertAccepted(await PublishAsync(channel, Event(text)));
        AssertAccepted(await PublishAsync(channel, Event(text), Event(text)));

        Assert.Equal(Enumerable.Repeat($"message={text}", 3), await TakeAsync(arrivals, 3));
    }

    [Theory]
    [InlineData("...")]
    [InlineData("a/b?c=d&e#f%2F+g;h")]
    [InlineData("é €😀")]
    public async Task Publish_AnyChannel_ArrivesThere(string name)
    {
        await using var arrivals = await _underTest.FollowAsync(name);

        AssertAccepted(await PublishAsync(name, Event("a")));
        AssertAccepted(await PublishAsync(name, Event("b", "typed"), Event("c")));

        Assert.Equal(["message=a", "typed=b", "message=c"], await TakeAsync(arrivals, 3));
    }

    [Fact]
    public async Task Publish_Batch_ArrivesInOrderAndTheIdIsTheLast()
    {
        var channel = Unique();
        await using var arrivals = await _underTest.FollowAsync(channel);

        var answer = await PublishAsync(channel, Event("a"), Event("b", "typed"), Event("c"));

        AssertAccepted(answer);
        var arrived = await arrivals.TakeAsync(3);
        Assert.Equal(["message=a", "typed=b", "message=c"], arrived.Select(Show));
        Assert.True(arrived[^1].Id is null || !_underTest.TellsIds || arrived[^1].Id == answer.Id, $"{arrived[^1].Id} arrived, {answer.Id} was answered.");
    }

    [Fact]
    public async Task Publish_BatchesOfManyPublishers_StayTogether()
    {
        const int publishers = 4;
        const int batches = 25;
        const int size = 4;
        var channel = Unique();
        await using var arrivals = await _underTest.FollowAsync(channel);

        await Task.WhenAll(Enumerable.Range(0, publishers).Select(publisher => Task.Run(async () =>
        {
            for (var batch = 0; batch < batches; batch++)
            {
                AssertAccepted(await PublishAsync(channel, [.. Enumerable.Range(0, size).Select(i => Event($"{publisher}:{batch}:{i}"))]));
            }
        })));

        var texts = (await arrivals.TakeAsync(publishers * batches * size)).Select(arrival => arrival.Text).ToArray();
        foreach (var together in texts.Chunk(size))
        {
            var batch = together[0][..together[0].LastIndexOf(':')];
            Assert.Equal(Enumerable.Range(0, size).Select(i => $"{batch}:{i}"), together);
        }

        for (var publisher = 0; publisher < publishers; publisher++)
        {
            var own = texts.Where(text => text.StartsWith($"{publisher}:", StringComparison.Ordinal)).Chunk(size).Select(batch => batch[0]);
            Assert.Equal(Enumerable.Range(0, batches).Select(batch => $"{publisher}:{batch}:0"), own);
        }
    }

    [Fact]
    public async Task Publish_OneOfABatchTooLarge_PublishesNone()
    {
        var channel = Unique();
        await using var arrivals = await _underTest.FollowAsync(channel);

        var alone = await PublishAsync(channel, new NewEvent(new byte[_underTest.MaxEventBytes + 1]));
        var batch = await PublishAsync(channel, Event("a"), new NewEvent(Filled(_underTest.MaxEventBytes + 1)), Event("b"));
        AssertAccepted(await PublishAsync(channel, Event("after")));

        AssertRefused(PublishOutcome.TooLarge, alone);
        AssertRefused(PublishOutcome.TooLarge, batch);
        Assert.Equal(["message=after"], await TakeAsync(arrivals, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    public async Task Publish_OneOfABatchWithABadType_PublishesNone(string type)
    {
        var channel = Unique();
        await using var arrivals = await _underTest.FollowAsync(channel);

        var alone = await PublishAsync(channel, Event("x", type));
        var batch = await PublishAsync(channel, Event("a"), Event("x", type));
        AssertAccepted(await PublishAsync(channel, Event("after")));

        AssertRefused(PublishOutcome.BadFormat, alone);
        AssertRefused(PublishOutcome.BadFormat, batch);
        Assert.Equal(["message=after"], await TakeAsync(arrivals, 1));
    }

    [Fact]
    public async Task Publish_SameIdempotencyKey_PublishesOnceAndAnswersTheSame()
    {
        var (channel, key) = (Unique(), Guid.NewGuid().ToString());
        await using var arrivals = await _underTest.FollowAsync(channel);

        var first = await Publisher.PublishAsync(Name(channel), [Event("a"), Event("b")], key, TestContext.Current.CancellationToken);
        var again = await Publisher.PublishAsync(Name(channel), [Event("a"), Event("b")], key, TestContext.Current.CancellationToken);
        var other = await Publisher.PublishAsync(Name(channel), [Event("c")], key + "-2", TestContext.Current.CancellationToken);

        AssertAccepted(first);
        AssertAccepted(other);
        Assert.Equal(first with { IsRepeat = true, Subscribers = again.Subscribers }, again);
        Assert.Equal(["message=a", "message=b", "message=c"], await TakeAsync(arrivals, 3));
    }

    [Fact]
    public async Task Publish_SameIdempotencyKeyOnAnotherChannel_IsPublished()
    {
        var key = Guid.NewGuid().ToString();

        AssertAccepted(await Publisher.PublishAsync(Name(Unique()), [Event("a")], key, TestContext.Current.CancellationToken));
        AssertAccepted(await Publisher.PublishAsync(Name(Unique()), [Event("a")], key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Publish_WhatOnlyABugBringsAbout_Throws()
    {
        var channel = Name(Unique());

        await Assert.ThrowsAsync<ArgumentException>(async () => await Publisher.PublishAsync(channel, [], null, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Publisher.PublishAsync(default, [Event("a")], null, CancellationToken.None));
        foreach (var key in (string[])["", "two words", "é", "a\nb", new('k', 256)])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await Publisher.PublishAsync(channel, [Event("a")], key, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Publish_Cancelled_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Publisher.PublishAsync(Name(Unique()), [Event("a")], null, new CancellationToken(canceled: true)));

    [Fact]
    public async Task Publish_NobodyThere_IsUnavailable()
    {
        var channel = Unique();
        AssertAccepted(await PublishAsync(channel, Event("a")));
        Assert.SkipUnless(await _underTest.TakeAwayAsync(), "Nothing can be taken away from this publisher.");

        AssertRefused(PublishOutcome.Unavailable, await PublishAsync(channel, Event("b")));
    }

    /// <summary>A publisher to channels that take events of at most <see cref="PublisherUnderTest.MaxEventBytes"/> and retain 1000.</summary>
    protected abstract ValueTask<PublisherUnderTest> CreateAsync();

    protected static string Unique() => $"c-{Guid.NewGuid():N}";

    private static ChannelName Name(string channel) => ChannelName.Parse(channel);

    private static NewEvent Event(string text, string type = NewEvent.DefaultType) => new(type, Encoding.UTF8.GetBytes(text));

    private static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)'x');
        return bytes;
    }

    private static void AssertAccepted(PublishAnswer answer)
    {
        Assert.True(answer.IsAccepted, $"{answer}");
        Assert.False(answer.IsRepeat);
        Assert.Null(answer.Detail);
        Assert.InRange(answer.Subscribers, 0, 1);
    }

    private static void AssertRefused(PublishOutcome outcome, PublishAnswer answer)
    {
        Assert.True(answer.Outcome == outcome, $"{answer}");
        Assert.Null(answer.Id);
        Assert.Equal(0, answer.Subscribers);
        Assert.False(string.IsNullOrWhiteSpace(answer.Detail));
    }

    private static string Show(Arrival arrival) => $"{arrival.Type}={arrival.Text}";

    private static async Task<IEnumerable<string>> TakeAsync(IArrivals arrivals, int count) => (await arrivals.TakeAsync(count)).Select(Show);

    private async Task<PublishAnswer> PublishAsync(string channel, params NewEvent[] events) =>
        await Publisher.PublishAsync(Name(channel), events, null, TestContext.Current.CancellationToken);
}
