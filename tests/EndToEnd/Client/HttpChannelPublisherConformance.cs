using SseFabric.Client;
using SseFabric.Client.Http;
using SseFabric.TestKit.Client;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Client;

/// <summary>Over HTTP to the real program.</summary>
public sealed class HttpChannelPublisherConformance(PublisherFixture fixture) : ChannelPublisherConformance, IClassFixture<PublisherFixture>
{
    protected override ValueTask<PublisherUnderTest> CreateAsync() => ValueTask.FromResult<PublisherUnderTest>(new OverHttp(fixture));

    private sealed class OverHttp : PublisherUnderTest
    {
        private readonly PublisherFixture _fixture;
        private readonly TcpProxy _proxy;
        private readonly HttpChannelPublisher _publisher;

        public OverHttp(PublisherFixture fixture)
        {
            _fixture = fixture;
            _proxy = fixture.Proxy();
            _publisher = new HttpChannelPublisher(new HttpPublisherOptions { Address = new Uri($"http://{_proxy.EndPoint}"), RetryDelay = TimeSpan.FromMilliseconds(20) });
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
