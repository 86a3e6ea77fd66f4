using System.Net;
using StackExchange.Redis;

namespace SseFabric.EndToEnd.RespDoor;

/// <summary>Publishes with StackExchange.Redis, of the version that the build has, in every way that it knows.</summary>
internal static class StackExchangePublisher
{
    /// <summary>Publishes 1, 2, 3 and so on.</summary>
    /// <returns>The replies.</returns>
    public static async Task<IReadOnlyList<long>> PublishNumbersAsync(IPEndPoint door, string? password, string name)
    {
        // The constructor that both the newest version and the oldest have.
        var channel = new RedisChannel(name, RedisChannel.PatternMode.Literal);
        var number = 0;
        using var redis = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { door }, Password = password });
        var database = redis.GetDatabase();
        var replies = new List<long> { await redis.GetSubscriber().PublishAsync(channel, ++number), await database.PublishAsync(channel, ++number) };
        var pipelined = new List<Task<long>>();
        while (pipelined.Count < 100)
        {
            pipelined.Add(database.PublishAsync(channel, ++number));
        }

        replies.AddRange(await Task.WhenAll(pipelined));
        var transaction = database.CreateTransaction();
        var queued = new[] { transaction.PublishAsync(channel, ++number), transaction.PublishAsync(channel, ++number) };
        Assert.True(await transaction.ExecuteAsync());
        replies.AddRange(await Task.WhenAll(queued));
        return replies;
    }
}
