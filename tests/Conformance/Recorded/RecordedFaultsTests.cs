using System.Globalization;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Conformance.Recorded;

/// <summary>Publishers with keys that repeat until they are accepted, and a plain PUBLISH, while the connections or the server fail.</summary>
[Trait("Suite", "Conformance")]
[Trait("Needs", "redis-server")]
public sealed class RecordedFaultsTests : IDisposable
{
    private const int Publishers = 4;
    private const int Each = 150;
    private const int Faults = 4;
    private readonly Random _random = new(7);
    private readonly string _folder = Directory.CreateTempSubdirectory("ssefabric-").FullName;
    private int _accepted;
    private int _plain;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The server hears and counts everything, so nothing may be missing at all.</summary>
    [Fact]
    public async Task CommandConnectionCut_EverythingComesOnceInOrder()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = new TcpProxy(redis.EndPoint);

        var epochs = await RunAsync(redis, proxy, () =>
        {
            proxy.Cut();
            return Task.CompletedTask;
        });

        Assert.Equal(1, epochs);
    }

    [Fact]
    public async Task BothConnectionsCut_AcceptedEventsComeOnce_PlainOnesAreMissingOnlyWhereANewEpochTellsIt()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await redis.ConnectAsync();
        await using var proxy = new TcpProxy(redis.EndPoint);

        var epochs = await RunAsync(redis, proxy, () =>
        {
            proxy.Cut();
            return client.KillPubSubClientsAsync();
        });

        Assert.Equal(1 + Faults, epochs);
    }

    [Fact]
    public async Task ServerKilled_WithAppendOnlyFile_AcceptedEventsComeOnce_PlainOnesAreMissingOnlyWhereANewEpochTellsIt()
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always", "--dir", _folder);
        await using var proxy = new TcpProxy(redis.EndPoint);

        var epochs = await RunAsync(redis, proxy, async () =>
        {
            await redis.KillAsync();
            await redis.RestartAsync();
        });

        Assert.Equal(1 + Faults, epochs);
    }

    /// <summary>As an administrator may, and as a server does that was replaced.</summary>
    [Fact]
    public async Task ScriptsFlushed_EverythingIsRecorded()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await redis.ConnectAsync();
        await using var owner = await RecordedOwner.StartAsync(redis);
        await owner.PublishAsync("a", "1");

        await client.ExecuteAsync("SCRIPT", "FLUSH");
        await owner.PublishAsync("a", "2");

        Assert.Equal(0, owner.Counted["ssefabric.history.unrecorded"]);
        Assert.Equal(2, (await client.ExecuteAsync("XLEN", "ssefabric:history:{a}")).Number);
    }

    /// <returns>How many epochs the events are of.</returns>
    private async Task<int> RunAsync(RedisServer redis, TcpProxy proxy, Func<Task> fail)
    {
        await using var owner = await RecordedOwner.StartAsync($"{proxy.EndPoint}", redis.Configuration);
        var follower = await owner.FollowAsync("a");
        var publishing = Enumerable.Range(0, Publishers).Select(publisher => Task.Run(() => PublishAsync(owner, publisher))).ToArray();

        for (var (fault, target) = (1, 0); fault <= Faults; fault++)
        {
            target += _random.Next(20, Publishers * Each / Faults);
            await using (var client = await redis.ConnectAsync())
            {
                await Eventually.SeeAsync("more accepted events", () => PublishPlainAsync(client, 1), accepted => accepted >= target, TimeSpan.FromSeconds(30));
            }

            await fail();
            await using var after = await redis.ConnectAsync();
            await PublishPlainAsync(after, 30);
            await Eventually.SeeAsync("the subscription", () => after.NumSubAsync("a"), count => count == 1);
        }

        var answers = (await Task.WhenAll(publishing)).SelectMany(each => each).ToDictionary();
        await using (var last = await redis.ConnectAsync())
        {
            await PublishPlainAsync(last, 1);
        }

        await Eventually.SeeAsync("the last plain message", () => owner.Sink.EventsOf("a"), events => events.Any(published => published.Text() == $"plain {_plain}"));
        Assert.Equal(0, owner.Counted["ssefabric.history.unrecorded"]);
        var page = await owner.ReadAsync("a");
        var events = await follower.WaitForAsync(page.Events.Count);
        Assert.Equal(page.Events.Select(Show), events.Select(Show));
        AssertOnceAndInOrder(events, answers);

        await using var next = await RecordedOwner.StartAsync(redis);
        Assert.Equal(events.Select(Show), (await next.ReadAsync("a")).Events.Select(Show));
        return events.Select(published => published.Cursor.Epoch).Distinct().Count();
    }

    private async Task<Dictionary<string, Cursor>> PublishAsync(RecordedOwner owner, int publisher)
    {
        var answers = new Dictionary<string, Cursor>();
        for (var i = 1; i <= Each; i++)
        {
            var text = $"{publisher} {i}";
            var result = await Eventually.SeeAsync<PublishResult>(
                text, () => owner.TryPublishAsync("a", text, text), result => result.Outcome == PublishOutcome.Accepted, TimeSpan.FromSeconds(30));
            answers.Add(text, result.Last);
            Interlocked.Increment(ref _accepted);
        }

        return answers;
    }

    private async Task<int> PublishPlainAsync(RedisClient client, int count)
    {
        for (; count > 0; count--)
        {
            await client.PublishAsync("a", $"plain {++_plain}");
        }

        return Volatile.Read(ref _accepted);
    }

    private void AssertOnceAndInOrder(IReadOnlyList<PublishedEvent> events, Dictionary<string, Cursor> answers)
    {
        var last = new Dictionary<string, (int Number, Cursor Cursor)>();
        foreach (var published in events)
        {
            var (who, number) = published.Text().Split(' ') is [var name, var digits] ? (name, int.Parse(digits, CultureInfo.InvariantCulture)) : ("?", 0);
            var before = last.GetValueOrDefault(who);
            Assert.True(
                number == before.Number + 1 || (who == "plain" && number > before.Number && published.Cursor.Epoch > before.Cursor.Epoch),
                $"{published.Text()} at {published.Cursor} came after {before.Number} at {before.Cursor}.");
            Assert.Equal(published.Cursor, answers.GetValueOrDefault(published.Text(), published.Cursor));
            last[who] = (number, published.Cursor);
        }

        Assert.Equal(_plain, last["plain"].Number);
        Assert.All(Enumerable.Range(0, Publishers), publisher => Assert.Equal(Each, last[$"{publisher}"].Number));
    }

    private static string Show(PublishedEvent published) => $"{published.Cursor} {published.Text()}";
}
