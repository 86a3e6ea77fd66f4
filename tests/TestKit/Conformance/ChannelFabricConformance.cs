using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using Xunit;

namespace SseFabric.TestKit.Conformance;

/// <summary>What every <see cref="IChannelFabric"/> must do; derive from it once for each implementation.</summary>
[Trait("Suite", "Conformance")]
public abstract partial class ChannelFabricConformance : IAsyncLifetime
{
    /// <summary>The bounds that the suite relies on: at most 20 retained events, events of at most 4 KiB.</summary>
    private static readonly ChannelRule s_rule = new()
    {
        Match = "*",
        MaxEventBytes = 4096,
        Linger = TimeSpan.FromMinutes(5),
        History = new HistoryOptions { Count = 20, MaxBytes = 1 << 20 },
    };

    /// <summary>More history than any test needs.</summary>
    private static readonly ChannelRule s_roomy = new() { Match = "roomy*", History = new HistoryOptions { Count = 100_000, MaxBytes = 256 << 20 } };

    protected RecordingSink Sink { get; } = new();

    protected FabricUnderTest UnderTest { get; private set; } = null!;

    protected IChannelFabric Fabric => UnderTest.Fabric;

    public async ValueTask InitializeAsync()
    {
        UnderTest = await CreateAsync([s_roomy, s_rule]);
        Fabric.UseSink(Sink);
    }

    public async ValueTask DisposeAsync()
    {
        Sink.Release();
        if (UnderTest is not null)
        {
            await UnderTest.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A fabric without channels, with these rules.</summary>
    protected abstract ValueTask<FabricUnderTest> CreateAsync(IReadOnlyList<ChannelRule> rules);

    protected static string Unique(string name = "c") => $"{name}-{Guid.NewGuid():N}";

    protected async Task<PublishResult> PublishAsync(string channel, params string[] texts)
    {
        var result = await Fabric.PublishAsync(ChannelName.Parse(channel), EventText.Events(texts), TestContext.Current.CancellationToken);
        Assert.Equal(PublishOutcome.Accepted, result.Outcome);
        return result;
    }

    protected async Task<Cursor> AttachAsync(string channel, long lastKnownEpoch = 0)
    {
        var result = await Fabric.AttachAsync(ChannelName.Parse(channel), lastKnownEpoch, TestContext.Current.CancellationToken);
        Assert.Equal(AttachOutcome.Attached, result.Outcome);
        return result.Head;
    }

    /// <summary>Attaches and detaches: a source is heard from then on, so the numbering is unbroken.</summary>
    private async Task UseOnceAsync(string channel)
    {
        await AttachAsync(channel);
        await Fabric.DetachAsync(ChannelName.Parse(channel));
    }

    private async Task<FeedFollower> FollowAsync(string channel) => new(Fabric, Sink, channel, await AttachAsync(channel));

    protected async Task<HistoryPage> ReadAsync(string channel, Cursor? after)
    {
        var page = await Fabric.ReadHistoryAsync(ChannelName.Parse(channel), after, TestContext.Current.CancellationToken);
        Assert.NotNull(page);
        return page;
    }

    protected static void AssertConsecutive(Cursor head, IEnumerable<PublishedEvent> events)
    {
        foreach (var published in events)
        {
            Assert.True(published.Cursor.Follows(head), $"{published.Cursor} came after {head}.");
            head = published.Cursor;
        }
    }
}
