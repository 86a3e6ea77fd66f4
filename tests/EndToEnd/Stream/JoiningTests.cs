using System.Globalization;
using SseFabric.Contracts;

namespace SseFabric.EndToEnd.Stream;

/// <summary>Subscribers that come while events pass: what they get begins exactly where they were told that they joined.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class JoiningTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    private const int Joins = 60;
    private const int Events = 30;

    [Fact]
    public async Task Join_WhileEventsPass_TheFirstOneFollowsTheFirstBlock()
    {
        var channel = FrontendFixture.Unique();
        await using var publishing = Publish(channel);

        for (var join = 0; join < Joins; join++)
        {
            await using var client = await fixture.JoinAsync(channel);
            var first = client.Raw.Split('\n')[0];
            Assert.True(Cursor.TryParse(first.AsSpan("id: ".Length), out var position), first);
            foreach (var received in await client.TakeAsync(Events))
            {
                Assert.Equal("message", received.Type);
                Assert.True(Cursor.TryParse(received.Id, out var cursor) && cursor.Follows(position), $"{received.Id} came after {position}.");
                position = cursor;
            }
        }
    }

    [Fact]
    public async Task Resume_WhileEventsPass_JoinsHistoryAndLiveWithoutASeam()
    {
        var (a, b) = (FrontendFixture.Unique("long-a"), FrontendFixture.Unique("long-b"));
        await using var publishing = Publish(a, b);
        var next = new Dictionary<string, long>();
        string? position = null;

        for (var join = 0; join < Joins; join++)
        {
            await using var client = position is null ? await fixture.JoinAsync(a, b) : await fixture.ResumeAsync(position, join % 2 == 0 ? [a, b] : [b, a]);
            foreach (var received in await client.TakeAsync(Events))
            {
                Assert.Equal("message", received.Type);
                var parts = received.Text.Split(':');
                var (channel, sequence) = (parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture));
                Assert.Equal($"{channel}:{next.GetValueOrDefault(channel, sequence)}", received.Text);
                next[channel] = sequence + 1;
                position = received.Id;
            }
        }
    }

    [Fact]
    public async Task Resume_FromTheBlockAfterMissedEvents_GetsAllThatIsRetained()
    {
        var channel = FrontendFixture.Unique("short");
        string seen;
        await using (var first = await fixture.JoinAsync(channel))
        {
            await fixture.PublishAsync(channel, "1");
            seen = (await first.NextAsync()).Id;
        }

        await fixture.PublishAsync(channel, "2", "3", "4", "5", "6");
        string afterMissed;
        await using (var second = await fixture.ResumeAsync(seen, channel))
        {
            var raw = await second.WaitForRawAsync("the retained events", text => text.Contains("data: 6\n\n", StringComparison.Ordinal));
            var block = raw[(raw.IndexOf("event: missedevents", StringComparison.Ordinal) + 1)..];
            afterMissed = block.Split('\n').First(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..];
        }

        // As if it had been cut right after that block.
        await using var third = await fixture.ResumeAsync(afterMissed, channel);

        Assert.Equal(["4", "5", "6"], (await third.TakeAsync(3)).Select(received => received.Text));
    }

    private Publishing Publish(params string[] channels) => new(fixture, channels);

    /// <summary>Publishes to the channels in turn until it is disposed of.</summary>
    private sealed class Publishing : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Publishing(FrontendFixture fixture, string[] channels) => _running = RunAsync(fixture, channels);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }

        private async Task RunAsync(FrontendFixture fixture, string[] channels)
        {
            for (var i = 0; !_stop.IsCancellationRequested; i++)
            {
                foreach (var channel in channels)
                {
                    await fixture.PublishAsync(channel, $"{channel}:{i}");
                }
            }
        }
    }
}
