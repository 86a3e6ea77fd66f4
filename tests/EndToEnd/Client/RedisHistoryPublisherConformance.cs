using SseFabric.Client;
using SseFabric.Client.Redis;
using SseFabric.TestKit.Client;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Client;

/// <summary>Straight into the histories that the real program has in Redis.</summary>
[Trait("Needs", "redis-server")]
public sealed class RedisHistoryPublisherConformance(RedisHistoryFixture fixture) : ChannelPublisherConformance, IClassFixture<RedisHistoryFixture>
{
    protected override ValueTask<PublisherUnderTest> CreateAsync() => ValueTask.FromResult<PublisherUnderTest>(new IntoHistory(fixture));

    private sealed class IntoHistory : PublisherUnderTest
    {
        private readonly RedisHistoryFixture _fixture;
        private readonly TcpProxy _proxy;
        private readonly RedisHistoryPublisher _publisher;

        public IntoHistory(RedisHistoryFixture fixture)
        {
            _fixture = fixture;
            _proxy = new TcpProxy(fixture.Redis.EndPoint);
            _publisher = new RedisHistoryPublisher(new RedisPublisherOptions
            {
                Configuration = $"{_proxy.EndPoint},syncTimeout=5000",
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
