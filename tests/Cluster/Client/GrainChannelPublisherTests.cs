using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SseFabric.Channels.Configuration;
using SseFabric.Client;
using SseFabric.Client.Clustering;
using SseFabric.Cluster.Kit;
using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Client;

/// <summary>The publisher over Orleans while the cluster comes and goes.</summary>
[Trait("Needs", "redis-server")]
public sealed class GrainChannelPublisherTests
{
    [Fact]
    public async Task Publish_TheOnlySiloIsKilled_IsUnavailable()
    {
        await using var cluster = await ProcessCluster.StartAsync(silos: 1, frontends: 0);
        using var application = await GrainPublisherFixture.StartApplicationAsync(cluster);
        var publisher = application.Services.GetRequiredService<IChannelPublisher>();
        Assert.True((await PublishAsync(publisher)).IsAccepted);

        await cluster.Silos[0].Kill9Async();
        var answer = await PublishAsync(publisher);

        Assert.Equal(PublishOutcome.Unavailable, answer.Outcome);
        Assert.Contains("'published' can't be reached", answer.Detail, StringComparison.Ordinal);
        await application.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Publish_OneOfTwoSilosIsKilled_IsAcceptedAgainOnEveryChannel()
    {
        await using var cluster = await ProcessCluster.StartAsync(silos: 2, frontends: 0);
        using var application = await GrainPublisherFixture.StartApplicationAsync(cluster);
        var publisher = application.Services.GetRequiredService<IChannelPublisher>();
        string[] channels = [.. Enumerable.Range(0, 20).Select(i => $"c-{i}")];
        Assert.All(await Task.WhenAll(channels.Select(channel => PublishAsync(publisher, channel))), answer => Assert.True(answer.IsAccepted));

        await cluster.Silos[0].Kill9Async();

        foreach (var channel in channels)
        {
            await Eventually.SeeAsync(
                $"an accepted publish to {channel}", () => PublishAsync(publisher, channel), answer => answer.IsAccepted, TimeSpan.FromSeconds(30));
        }

        await application.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AddSseFabricPublisher_OverTheSiloThatTheApplicationHas_PublishesThroughIt()
    {
        await using var cluster = await FabricCluster.StartAsync([ClusterRole.Channels]);
        await using var services = new ServiceCollection().AddSingleton(cluster.Service<IGrainFactory>(0)).AddSseFabricPublisher().BuildServiceProvider();

        Assert.True((await PublishAsync(services.GetRequiredService<IChannelPublisher>())).IsAccepted);
    }

    [Fact]
    public async Task Start_BadOptions_TellsEveryFault()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSseFabricPublisher(options =>
        {
            options.Redis = "";
            options.ClusterId = " ";
            options.ConnectTimeout = TimeSpan.FromSeconds(-1);
        });
        using var application = builder.Build();

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => application.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(3, thrown.Failures.Count());
    }

    [Fact]
    public async Task Start_NoCluster_FailsAfterTheConnectTimeout()
    {
        await using var cluster = await ProcessCluster.StartAsync(silos: 0, frontends: 0);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSseFabricPublisher(options =>
        {
            options.Redis = cluster.Redis.Configuration;
            options.ConnectTimeout = TimeSpan.FromSeconds(1);
        });
        using var application = builder.Build();

        await Assert.ThrowsAnyAsync<Exception>(() => application.StartAsync(TestContext.Current.CancellationToken)).Within("the end of the start");
    }

    private static async Task<PublishAnswer> PublishAsync(IChannelPublisher publisher, string channel = "published") =>
        await publisher.PublishTextAsync(channel, "hello", cancellationToken: TestContext.Current.CancellationToken);
}
