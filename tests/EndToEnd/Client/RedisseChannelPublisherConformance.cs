using SseFabric.Client;
using SseFabric.Client.Redis;
using SseFabric.TestKit.Client;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Client;

/// <summary>As redisse publishes, to the real program.</summary>
[Trait("Needs", "redis-server")]
public sealed class RedisseChannelPublisherConformance(RedisseFixture fixture) : ChannelPublisherConformance, IClassFixture<RedisseFixture>
{
    protected override ValueTask<PublisherUnderTest> CreateAsync() => ValueTask.FromResult<PublisherUnderTest>(new AsRedisse(fixture));

    private sealed class AsRedisse : PublisherUnderTest
    {
        private readonly RedisseFixture _fixture;
        private readonly TcpProxy _proxy;
        private readonly RedisseChannelPublisher _publisher;

        public AsRedisse(RedisseFixture fixture)
        {
            _fixture = fixture;
            _proxy = new TcpProxy(fixture.Redis.EndPoint);
            _publisher = new RedisseChannelPublisher(new RedisPublisherOptions
            {
                Configuration = $"{_proxy.EndPoint},syncTimeout=5000",
                MaxEventBytes = MaxEventBytes,
            });
        }

        public override IChannelPublisher Publisher => _publisher;

        public override async Task<IArrivals> FollowAsync(string channel) => new NativeArrivals(await SseClient.JoinAsync(_fixture.Fabric.Events(channel)));

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

    /// <summary>A native stream has ids of its own.</summary>
    private sealed class NativeArrivals(SseClient subscriber) : IArrivals
    {
        public async Task<IReadOnlyList<Arrival>> TakeAsync(int count) =>
            [.. (await subscriber.TakeAsync(count)).Select(received => new Arrival(received.Type, received.Text, null))];

        public ValueTask DisposeAsync() => subscriber.DisposeAsync();
    }
}
