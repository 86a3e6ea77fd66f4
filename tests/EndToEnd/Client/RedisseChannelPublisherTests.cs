using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SseFabric.Client;
using SseFabric.Client.Hosting;
using SseFabric.Client.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Client;

/// <summary>What a server of redisse finds in Redis after our publisher: the same keys, the same form of everything.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RedisseChannelPublisherTests : IAsyncLifetime
{
    private RedisServer _redis = null!;
    private RedisClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _client = await _redis.ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _client.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Parity", "98")]
    [Trait("Parity", "99")]
    [Trait("Parity", "100")]
    [Trait("Parity", "103")]
    public async Task Publish_TextAndType_HasAllFourEffects()
    {
        await _client.ExecuteAsync("SET", RedissePublisher.Counter, "41");
        await using var listener = await _redis.ConnectAsync();
        await listener.ExecuteAsync("SUBSCRIBE", "global");
        using var publisher = Publisher();

        var first = await publisher.PublishTextAsync("global", "text", cancellationToken: TestContext.Current.CancellationToken);
        var second = await publisher.PublishTextAsync("global", "a\nb", "kind", TestContext.Current.CancellationToken);

        string[] frames = ["id: 42\nevent: message\ndata: text\n\n", "id: 43\nevent: kind\ndata: a\ndata: b\n\n"];
        Assert.Equal(("42", 1, "43"), (first.Id, first.Subscribers, second.Id));
        Assert.Equal("43", (await _client.ExecuteAsync("GET", RedissePublisher.Counter)).Text);
        Assert.Equal(frames[0], (await listener.ReadAsync()).Items![2].Text);
        Assert.Equal(frames[1], (await listener.ReadAsync()).Items![2].Text);
        Assert.Equal(
            [frames[0], "42", frames[1], "43"],
            (await _client.ExecuteAsync("ZRANGE", "global", "0", "-1", "WITHSCORES")).Items!.Select(item => item.Text));
        Assert.Equal(-1, (await _client.ExecuteAsync("PTTL", "global")).Number);
    }

    [Fact]
    [Trait("Parity", "101")]
    public async Task Publish_HundredAndFifty_KeepsTheLastHundred()
    {
        using var publisher = Publisher();
        await publisher.PublishAsync(
            ChannelName.Parse("global"),
            [.. Enumerable.Range(0, 150).Select(i => new NewEvent(new byte[] { (byte)('a' + (i % 26)) }))],
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(100, (await _client.ExecuteAsync("ZCARD", "global")).Number);
        Assert.Equal("51", (await _client.ExecuteAsync("ZRANGE", "global", "0", "0", "WITHSCORES")).Items![1].Text);
    }

    [Fact]
    [Trait("Parity", "104")]
    public async Task Publish_EightPublishers_IdsAscend()
    {
        await using var listener = await _redis.ConnectAsync();
        await listener.ExecuteAsync("SUBSCRIBE", "global");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var publisher = Publisher();
            for (var i = 0; i < 50; i++)
            {
                Assert.True((await publisher.PublishTextAsync("global", "x", cancellationToken: TestContext.Current.CancellationToken)).IsAccepted);
            }
        }));

        for (var number = 1; number <= 400; number++)
        {
            Assert.StartsWith($"id: {number}\n", (await listener.ReadAsync()).Items![2].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Parity", "105")]
    public async Task Publish_WithAnAge_TheSetExpires()
    {
        using var publisher = Publisher(options => (options.RedisseMaxAge, options.RedisseCount) = (TimeSpan.FromMinutes(5), 2));
        for (var i = 0; i < 3; i++)
        {
            await publisher.PublishTextAsync("global", "x", cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.InRange((await _client.ExecuteAsync("PTTL", "global")).Number, 290_000, 300_000);
        Assert.Equal(2, (await _client.ExecuteAsync("ZCARD", "global")).Number);
    }

    [Fact]
    [Trait("Parity", "110")]
    public async Task Publishers_OfTwoServers_KnowNothingOfEachOther()
    {
        await using var other = await RedisServer.StartAsync();
        using var one = Publisher();
        using var two = new RedisseChannelPublisher(new RedisPublisherOptions { Configuration = other.Configuration });

        Assert.Equal("1", (await one.PublishTextAsync("global", "x", cancellationToken: TestContext.Current.CancellationToken)).Id);
        Assert.Equal("1", (await two.PublishTextAsync("global", "x", cancellationToken: TestContext.Current.CancellationToken)).Id);
    }

    [Fact]
    public void Options_OutOfRange_AreAllTold()
    {
        var invalid = Assert.Throws<OptionsValidationException>(() => Publisher(options => (options.RedisseMaxAge, options.RedisseCount) = (TimeSpan.Zero, 0)));
        Assert.Equal(2, invalid.Failures.Count());
    }

    [Fact]
    public async Task AddSseFabricRedissePublisher_IsThePublisher()
    {
        await using var services = new ServiceCollection()
            .AddSseFabricRedissePublisher(options => options.Configuration = _redis.Configuration)
            .BuildServiceProvider();

        var answer = await services.GetRequiredService<IChannelPublisher>().PublishTextAsync("global", "x", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("1", answer.Id);
    }

    [Fact]
    [Trait("Parity", "112")]
    public async Task CommandLine_Count_PrintsEachNumber()
    {
        var (exitCode, output) = await CliProcess.RunAsync("publish", "global", "42", "--redisse", _redis.Configuration, "--type", "price", "--count", "3");

        Assert.Equal((0, "1\n2\n3"), (exitCode, output));
        Assert.Equal(
            Enumerable.Range(1, 3).Select(number => string.Create(CultureInfo.InvariantCulture, $"id: {number}\nevent: price\ndata: 42\n\n")),
            (await _client.ExecuteAsync("ZRANGE", "global", "0", "-1")).Items!.Select(item => item.Text));
    }

    private RedisseChannelPublisher Publisher(Action<RedisPublisherOptions>? configure = null)
    {
        var options = new RedisPublisherOptions { Configuration = _redis.Configuration };
        configure?.Invoke(options);
        return new RedisseChannelPublisher(options);
    }
}
