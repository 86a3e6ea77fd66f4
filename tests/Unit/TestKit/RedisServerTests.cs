using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.TestKit;

[Trait("Suite", "Unit")]
[Trait("Needs", "redis-server")]
public sealed class RedisServerTests
{
    [Fact]
    public async Task PublishAll_Subscribed_ArrivesInOrder()
    {
        await using var server = await RedisServer.StartAsync();
        await using var subscriber = await server.ConnectAsync();
        await using var publisher = await server.ConnectAsync();
        await subscriber.ExecuteAsync("SUBSCRIBE", "a");
        Assert.Equal(1, await publisher.NumSubAsync("a"));
        Assert.Equal(["a"], await publisher.ChannelsAsync());
        Assert.Single(await publisher.PubSubClientsAsync());

        var published = publisher.PublishAllAsync(Enumerable.Range(0, 5000).Select(i => ("a", BitConverter.GetBytes(i))));
        for (var i = 0; i < 5000; i++)
        {
            var message = await subscriber.ReadAsync();
            Assert.Equal("message", message.Items![0].Text);
            Assert.Equal(i, BitConverter.ToInt32(message.Items[2].Bytes!));
        }

        Assert.Equal(5000, await published);
    }

    [Fact]
    public async Task Restart_AfterKill_IsThereAgainOnTheSamePort()
    {
        await using var server = await RedisServer.StartAsync();
        await using var before = await server.ConnectAsync();
        await server.KillAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => before.SendAsync("PING")).Within("the connection's end");

        await server.RestartAsync();

        await using var after = await server.ConnectAsync();
        Assert.Equal("PONG", (await after.SendAsync("PING")).Text);
    }

    [Fact]
    public async Task Send_BadCommand_ReturnsTheError()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await server.ConnectAsync();

        Assert.True((await client.SendAsync("NONSENSE")).IsError);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.ExecuteAsync("NONSENSE"));
    }
}
