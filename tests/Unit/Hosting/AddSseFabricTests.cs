using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Hosting;

namespace SseFabric.Unit.Hosting;

[Trait("Suite", "Unit")]
public sealed class AddSseFabricTests
{
    [Fact]
    public void AddSseFabric_HostsConfiguration_IsRead()
    {
        var options = Read(null, ("Fabric:Stream:MaxChannels", "7"), ("Fabric:Channels:0:Match", "a*"));

        Assert.Equal(7, options.Stream.MaxChannels);
        Assert.Equal("a*", Assert.Single(options.Channels).Match);
    }

    [Fact]
    public void AddSseFabric_Delegate_ChangesWhatWasRead()
    {
        var options = Read(
            options =>
            {
                options.Stream.MaxChannels += 1;
                options.HandOff.InternalPath = "";
            },
            ("Fabric:Stream:MaxChannels", "7"), ("Fabric:HandOff:InternalPath", "/events"));

        Assert.Equal(8, options.Stream.MaxChannels);
        Assert.Equal("", options.HandOff.InternalPath);
    }

    [Fact]
    public void AddSseFabric_NoConfiguration_IsTheDefaults() =>
        Assert.Equal(new FabricOptions().Stream.Path, new ServiceCollection().AddSseFabric().BuildServiceProvider().GetRequiredService<FabricOptions>().Stream.Path);

    [Fact]
    public void AddSseFabric_BadOptions_AreAllTold()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Read(options => options.HandOff.SigningKey = "short", ("Fabric:Nope", "1"), ("Fabric:Stream:Retry", "x")));

        Assert.Equal(3, refused.Failures.Count());
        Assert.DoesNotContain("short", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddSseFabric_ClusterThatTheHostIsNotIn_IsRefused()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Read(null, ("Fabric:Cluster:Role", "frontend"), ("Fabric:Redis", "127.0.0.1")));

        Assert.Contains(refused.Failures, failure => failure.Contains("AddSseFabricCluster before AddSseFabric", StringComparison.Ordinal));
    }

    [Fact]
    public void AddSseFabric_Twice_CountsOnce()
    {
        var services = new ServiceCollection().AddSseFabric();
        var count = services.Count;

        Assert.Equal(count, services.AddSseFabric().Count);
    }

    private static FabricOptions Read(Action<FabricOptions>? configure, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        return services.AddSseFabric(configure).BuildServiceProvider().GetRequiredService<FabricOptions>();
    }
}
