using SseFabric.Client;
using SseFabric.Client.Redis;
using SseFabric.TestKit.Client;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Client;

/// <summary>With PUBLISH to the Redis server that the real program listens to.</summary>
[Trait("Needs", "redis-server")]
public sealed class RedisChannelPublisherConformance(RedisPublisherFixture fixture) : ChannelPublisherConformance, IClassFixture<RedisPublisherFixture>
{
    protected override ValueTask<PublisherUnderTest> CreateAsync() => ValueTask.FromResult<PublisherUnderTest>(new OverRedis(fixture) { TellsIds = false });

    private sealed class OverRedis : PublisherUnderTest
    {
        private readonly RedisPublisherFixture _fixture;
        private readonly TcpProxy _proxy;
        private readonly RedisChannelPublisher _publisher;

        public OverRedis(RedisPublisherFixture fixture)
        {
            _fixture = fixture;
            _proxy = new TcpProxy(fixture.Redis.EndPoint);
            _publisher = new RedisChannelPublisher(new RedisPublisherOptions
            {
                Configuration = $"{_proxy.EndPoint},syncTimeout=5000",
                Format = RedisPayloadFormat.Json,
                MaxEventBytes = MaxEventBytes,
            });
        }

        public override IChannelPublisher Publisher => _publisher;

        public override async Task<IArrivals> FollowAsync(string channel) => new StreamArrivals(await SseClient.JoinAsync(_fixture.Fabric.Events(channel)));

        public override Task<bool> TakeAwayAsync()
        {
            _proxy.CutAndRefuse();
            return Task.FromResult(true);
        }

        public override async ValueTask DisposeAsync()
        {
            _publisher.Dispose();
            await _proxy.DisposeAsync();
        }
    }
}
