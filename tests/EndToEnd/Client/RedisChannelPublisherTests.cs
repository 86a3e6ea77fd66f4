using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SseFabric.Client;
using SseFabric.Client.Hosting;
using SseFabric.Client.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Client;

/// <summary>What is particular to publishing with PUBLISH: formats, permissions, a server that goes and comes, and the RESP door in its place.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RedisChannelPublisherTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    [Fact]
    public async Task Publish_FormatText_SendsTheDataAsItIs()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        using var publisher = AtTheDoor();

        var answer = await publisher.PublishTextAsync(channel, "plain", cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(answer.IsAccepted, $"{answer}");
        Assert.Null(answer.Id);
        Assert.Equal("plain", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_FormatTextAndAType_IsRefusedAndNothingIsSent()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        using var publisher = AtTheDoor();

        var typed = await PublishAsync(publisher, channel, Event("a"), Event("b") with { Type = "price" });
        var retry = await PublishAsync(publisher, channel, Event("c") with { Retry = TimeSpan.FromSeconds(1) });
        await PublishAsync(publisher, channel, Event("after"));

        Assert.Equal(PublishOutcome.BadFormat, typed.Outcome);
        Assert.Contains("type, and this event's is 'price'", typed.Detail, StringComparison.Ordinal);
        Assert.Equal(PublishOutcome.BadFormat, retry.Outcome);
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_FormatJsonAndNoUtf8_IsRefused()
    {
        using var publisher = AtTheDoor(RedisPayloadFormat.Json);

        Assert.Equal(PublishOutcome.BadFormat, (await PublishAsync(publisher, FrontendFixture.Unique("json"), new NewEvent(new byte[] { 255 }))).Outcome);
    }

    [Fact]
    public async Task Publish_BatchToTheDoor_ArrivesInOrder()
    {
        var channel = FrontendFixture.Unique("json");
        await using var subscriber = await fixture.JoinAsync(channel);
        using var publisher = AtTheDoor(RedisPayloadFormat.Json);

        var answer = await PublishAsync(publisher, channel, Event("a"), Event("b") with { Type = "price", Retry = TimeSpan.FromMilliseconds(70) }, Event("c"));

        Assert.True(answer.IsAccepted, $"{answer}");
        Assert.Equal(["message=a", "price=b", "message=c"], (await subscriber.TakeAsync(3)).Select(arrived => $"{arrived.Type}={arrived.Text}"));
        Assert.Contains("retry: 70\n", subscriber.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_LargerThanTheDoorsChannelTakes_IsTooLarge()
    {
        using var publisher = AtTheDoor();

        var answer = await PublishAsync(publisher, FrontendFixture.Unique("small"), Event(new string('x', 101)));

        Assert.True(answer.Outcome == PublishOutcome.TooLarge, $"{answer}");
        Assert.Contains("100", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_OneOfABatchLargerThanTheDoorsChannelTakes_PublishesNone()
    {
        var channel = FrontendFixture.Unique("small");
        await using var subscriber = await fixture.JoinAsync(channel);
        using var publisher = AtTheDoor();

        var answer = await PublishAsync(publisher, channel, Event("a"), Event(new string('x', 101)));
        await PublishAsync(publisher, channel, Event("after"));

        Assert.False(answer.IsAccepted, $"{answer}");
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_IdempotencyKeyToTheDoor_ThrowsAsItTakesNoScripts()
    {
        using var publisher = AtTheDoor();

        await Assert.ThrowsAsync<NotSupportedException>(async () =>
            await publisher.PublishAsync(ChannelName.Parse("c"), [Event("a")], "key", TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Needs", "redis-server")]
    public async Task Publish_UserWhoMayNotPublish_IsUnauthorized()
    {
        Assert.SkipWhen(typeof(StackExchange.Redis.ConfigurationOptions).GetProperty("User") is null, "This StackExchange.Redis knows no users.");
        await using var server = await RedisServer.StartAsync();
        await using var admin = await server.ConnectAsync();
        await admin.ExecuteAsync("ACL", "SETUSER", "limited", "on", ">secret", "~*", "+@all", "resetchannels", "&allowed");
        using var publisher = new RedisChannelPublisher(new RedisPublisherOptions { Configuration = $"{server.Configuration},user=limited,password=secret" });

        Assert.True((await PublishAsync(publisher, "allowed", Event("a"))).IsAccepted);
        var single = await PublishAsync(publisher, "other", Event("a"));
        var batch = await PublishAsync(publisher, "other", Event("a"), Event("b"));

        Assert.True(single.Outcome == PublishOutcome.Unauthorized, $"{single}");
        Assert.True(batch.Outcome == PublishOutcome.Unauthorized, $"{batch}");
    }

    [Fact]
    [Trait("Needs", "redis-server")]
    public async Task Publish_TheServerGoesAndComesBack_IsUnavailableAndThenAccepted()
    {
        await using var server = await RedisServer.StartAsync();
        using var publisher = new RedisChannelPublisher(new RedisPublisherOptions { Configuration = $"{server.Configuration},syncTimeout=5000" });
        Assert.True((await PublishAsync(publisher, "c", Event("a"))).IsAccepted);

        await server.KillAsync();
        var refused = await PublishAsync(publisher, "c", Event("b"));
        await server.RestartAsync();

        Assert.Equal(PublishOutcome.Unavailable, refused.Outcome);
        await Eventually.SeeAsync("an accepted publish", () => PublishAsync(publisher, "c", Event("c")), answer => answer.IsAccepted, TimeSpan.FromSeconds(30));
    }

    [Fact]
    [Trait("Needs", "redis-server")]
    public async Task Publish_NoServerAtFirst_IsUnavailableAndThenAccepted()
    {
        await using var server = await RedisServer.StartAsync();
        await server.KillAsync();
        using var publisher = new RedisChannelPublisher(new RedisPublisherOptions { Configuration = $"{server.Configuration},connectTimeout=500,syncTimeout=500" });

        Assert.Equal(PublishOutcome.Unavailable, (await PublishAsync(publisher, "c", Event("a"))).Outcome);
        await server.RestartAsync();

        await Eventually.SeeAsync("an accepted publish", () => PublishAsync(publisher, "c", Event("c")), answer => answer.IsAccepted, TimeSpan.FromSeconds(60));
    }

    [Fact]
    [Trait("Needs", "redis-server")]
    public async Task Publish_IdempotencyKey_IsKeptInRedisForFiveMinutes()
    {
        await using var server = await RedisServer.StartAsync();
        await using var admin = await server.ConnectAsync();
        using var publisher = new RedisChannelPublisher(new RedisPublisherOptions { Configuration = server.Configuration });

        await publisher.PublishAsync(ChannelName.Parse("c"), [Event("a")], "key", TestContext.Current.CancellationToken);

        Assert.InRange((await admin.ExecuteAsync("TTL", "ssefabric:sent:c:key")).Number, 290, 300);
    }

    [Fact]
    [Trait("Needs", "redis-server")]
    public async Task Publish_ConnectsOnce_WithoutASubscriptionConnection()
    {
        await using var server = await RedisServer.StartAsync();
        await using var admin = await server.ConnectAsync();
        using var publisher = new RedisChannelPublisher(new RedisPublisherOptions { Configuration = server.Configuration });

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => PublishAsync(publisher, "c", Event($"{i}"))));

        var clients = (await admin.ExecuteAsync("CLIENT", "LIST")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(clients, client => client.Contains("name=sse-fabric-publisher", StringComparison.Ordinal));
        Assert.Equal(2, clients.Length);
    }

    [Fact]
    public async Task AddSseFabricRedisPublisher_BadOptions_TellsEveryFaultAndNoPassword()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSseFabricRedisPublisher(options =>
        {
            options.Configuration = "password=secret";
            options.Format = (RedisPayloadFormat)7;
            options.MaxEventBytes = 0;
        });
        using var application = builder.Build();

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => application.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(3, thrown.Failures.Count());
        Assert.DoesNotContain("secret", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddSseFabricRedisPublisher_AfterAnother_LeavesThatOne()
    {
        await using var services = new ServiceCollection().AddSseFabricRedisPublisher().AddSseFabricHttpPublisher().BuildServiceProvider();

        Assert.IsType<RedisChannelPublisher>(services.GetRequiredService<IChannelPublisher>());
    }

    private static NewEvent Event(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<PublishAnswer> PublishAsync(RedisChannelPublisher publisher, string channel, params NewEvent[] events) =>
        await publisher.PublishAsync(ChannelName.Parse(channel), events, null, TestContext.Current.CancellationToken);

    private RedisChannelPublisher AtTheDoor(RedisPayloadFormat format = RedisPayloadFormat.Text) =>
        new(new RedisPublisherOptions { Configuration = $"{fixture.Fabric.Door}", Format = format });
}
