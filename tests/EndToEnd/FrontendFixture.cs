using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd;

/// <summary>One running program without Redis for all the tests of a class, and a publisher at its RESP door.</summary>
public class FrontendFixture : IAsyncLifetime
{
    public SseFabricProcess Fabric { get; private set; } = null!;

    public RedisClient Publisher { get; private set; } = null!;

    /// <summary>Channels that begin with <c>short</c> retain three events, those with <c>long</c> all that a test brings, those with <c>json</c> take JSON, those with <c>small</c> at most 100 bytes.</summary>
    protected virtual string[] Arguments =>
    [
        "--Fabric:Channels:0:Match=short*", "--Fabric:Channels:0:History:Count=3",
        "--Fabric:Channels:1:Match=json*", "--Fabric:Channels:1:Format=json",
        "--Fabric:Channels:2:Match=small*", "--Fabric:Channels:2:MaxEventBytes=100",
        "--Fabric:Channels:3:Match=long*", "--Fabric:Channels:3:History:Count=100000", "--Fabric:Channels:3:History:MaxBytes=100000000",
    ];

    public static string Unique(string name = "c") => $"{name}-{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync()
    {
        Fabric = await SseFabricProcess.StartAsync(Arguments);
        Publisher = await RedisClient.ConnectAsync(Fabric.Door);
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeMoreAsync();
        if (Publisher is not null)
        {
            await Publisher.DisposeAsync();
        }

        if (Fabric is not null)
        {
            await Fabric.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what a fixture has besides.</summary>
    protected virtual ValueTask DisposeMoreAsync() => ValueTask.CompletedTask;

    /// <summary>A subscriber that has joined these channels.</summary>
    public Task<SseClient> JoinAsync(params string[] channels) => SseClient.JoinAsync(Fabric.Events(channels));

    public Task<SseClient> ResumeAsync(string lastEventId, params string[] channels) =>
        SseClient.JoinAsync(Fabric.Events(channels), new SseRequest { LastEventId = lastEventId });

    public async Task PublishAsync(string channel, params string[] payloads)
    {
        foreach (var payload in payloads)
        {
            await Publisher.PublishAsync(channel, payload);
        }
    }

    /// <summary>Publishes to a channel and asserts that it reached nobody.</summary>
    public async Task AssertNobodyListensAsync(string channel)
    {
        using var publisher = new HttpPublisher(Fabric.Address);
        var answer = await publisher.PostAsync($"/channels/{Uri.EscapeDataString(channel)}/events", "x", null);
        Assert.Equal(0, answer.Json.GetProperty("subscribers").GetInt32());
    }
}
