using Microsoft.Extensions.Options;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Client.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.Conformance.Recorded;

/// <summary>Each form of a Redis configuration with which messages are heard: commands go there too, or the form is refused at start.</summary>
[Trait("Suite", "Conformance")]
[Trait("Needs", "redis-server")]
public sealed class RecordedAddressTests
{
    [Theory]
    [InlineData("localhost:PORT", "a")]
    [InlineData("[::1]:PORT", "a", 0, true)]
    [InlineData("127.0.0.1:PORT,defaultDatabase=3,name=somebody", "a", 3)]
    [InlineData("127.0.0.1:PORT,channelPrefix=x:", "x:a")]
    [InlineData("127.0.0.1:PORT,user=me,password=mine", "a", 0, true)]
    [InlineData("!SOCKET", "a", 0, true)]
    [InlineData("127.0.0.1:SENTINEL,serviceName=main", "a", 0, true)]
    public async Task Configuration_RecordsAndHears_OrIsRefused(string form, string redisChannel, int database = 0, bool demandsTheNormalBuild = false)
    {
        var (file, sentinelPort) = (Path.Combine(Path.GetTempPath(), $"ssefabric-{Guid.NewGuid():n}"), FreePort.Next());
        await using var redis = await RedisServer.StartAsync("--bind", "127.0.0.1", "::1", "--unixsocket", $"{file}.sock");
        await using var client = await redis.ConnectAsync();
        await client.ExecuteAsync("ACL", "SETUSER", "me", "on", ">mine", "+@all", "allkeys", "allchannels");
        await using var sentinel = form.Contains("SENTINEL", StringComparison.Ordinal) ? await StartSentinelAsync($"{file}.conf", sentinelPort, redis) : null;
        var configuration = form
            .Replace("PORT", $"{redis.EndPoint.Port}", StringComparison.Ordinal)
            .Replace("SOCKET", $"{file}.sock", StringComparison.Ordinal)
            .Replace("SENTINEL", $"{sentinelPort}", StringComparison.Ordinal);
        Assert.Equal(demandsTheNormalBuild && !Engine.HasClustering, RedisConfiguration.CommandFault(configuration) is not null);
        if (demandsTheNormalBuild && !Engine.HasClustering)
        {
            var options = new RedisPublisherOptions { Configuration = configuration };
            Assert.Throws<OptionsValidationException>(() => new RedisHistoryPublisher(options));
            return;
        }

        await using var owner = await RecordedOwner.StartAsync(configuration, configuration);
        using var publisher = new RedisHistoryPublisher(new RedisPublisherOptions { Configuration = configuration });
        var follower = await owner.FollowAsync("a");

        await owner.PublishAsync("a", "1");
        await client.PublishAsync(redisChannel, "2");
        await follower.WaitForAsync(2);
        Assert.Equal(PublishOutcome.Accepted, (await publisher.PublishAsync(ChannelName.Parse("a"), EventText.Events("3"), null, TestContext.Current.CancellationToken)).Outcome);

        Assert.Equal(["1", "2", "3"], await follower.TextsAsync(3));
        await client.ExecuteAsync("SELECT", $"{database}");
        Assert.Equal(3, (await client.ExecuteAsync("XLEN", $"ssefabric:history:{{{redisChannel}}}")).Number);
    }

    private static async Task<ServerProcess> StartSentinelAsync(string file, int port, RedisServer redis)
    {
        await File.WriteAllTextAsync(
            file,
            $"port {port}\nbind 127.0.0.1\ndir {Path.GetTempPath()}\nsentinel monitor main 127.0.0.1 {redis.EndPoint.Port} 1\n",
            TestContext.Current.CancellationToken);
        var sentinel = ServerProcess.Start(Need.Tool("redis-sentinel"), [file]);
        await sentinel.WaitForLineAsync("its start", line => line.Contains("+monitor", StringComparison.Ordinal));
        return sentinel;
    }
}
