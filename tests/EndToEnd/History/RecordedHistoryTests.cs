using System.Text.Json;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.History;

/// <summary>Histories in Redis, seen from outside: what a subscriber gets that comes back after the process, or the channel, was gone.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RecordedHistoryTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private RedisServer _redis = null!;
    private RedisClient _publisher = null!;
    private SseFabricProcess _fabric = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _publisher = await _redis.ConnectAsync();
        _fabric = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _fabric.DisposeAsync();
        await _publisher.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Killed_PublishedOverHttp_ResumesExactlyAndIsToldNothing()
    {
        string id;
        await using (var client = await SseClient.JoinAsync(_fabric.Events("a")))
        {
            await PublishAsync("a", "1");
            id = (await client.NextAsync()).Id;
            await PublishAsync("a", "2");
        }

        await PublishAsync("a", "3");
        await ReplaceAsync();
        await PublishAsync("a", "4");
        await using var again = await ResumeAsync(id, "a");
        await PublishAsync("a", "5");

        Assert.Equal(["2", "3", "4", "5"], (await again.TakeAsync(4)).Select(received => received.Text));
        Assert.DoesNotContain("missedevents", again.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_PlainPublish_WhatWasRecordedComes_AndTheHoleIsTold()
    {
        string id;
        await using (var client = await SseClient.JoinAsync(_fabric.Events("a")))
        {
            await _publisher.PublishAsync("a", "1");
            id = (await client.NextAsync()).Id;
            await _publisher.PublishAsync("a", "2");
            await client.NextAsync();
        }

        await _fabric.Process.Kill9Async();
        await _publisher.PublishAsync("a", "nobody hears it");
        await ReplaceAsync();
        await using var again = await ResumeAsync(id, "a");
        await _publisher.PublishAsync("a", "3");

        var events = await again.TakeAsync(3);
        Assert.Equal(["message 2", "missedevents epoch", "message 3"], events.Select(Show));
    }

    /// <summary>Linger is over, the channel is gone from memory and not subscribed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unsubscribed_PublishedMeanwhile_OnlyWhatWasNotSeenIsTold(bool plain)
    {
        string id;
        await using (var client = await SseClient.JoinAsync(_fabric.Events("brief")))
        {
            await PublishAsync("brief", "1");
            id = (await client.NextAsync()).Id;
        }

        await Eventually.SeeAsync("no subscription", () => _publisher.NumSubAsync("brief"), count => count == 0);
        if (plain)
        {
            Assert.Equal(0, await _publisher.PublishAsync("brief", "nobody hears it"));
        }

        await PublishAsync("brief", "2");
        await using var again = await ResumeAsync(id, "brief");
        await PublishAsync("brief", "3");

        string[] expected = plain ? ["message 2", "missedevents epoch", "message 3"] : ["message 2", "message 3"];
        Assert.Equal(expected, (await again.TakeAsync(expected.Length)).Select(Show));
    }

    [Fact]
    public async Task RedisRestartedEmpty_GoesOnAndRecordsAgain()
    {
        await using var client = await SseClient.JoinAsync(_fabric.Events("a"));
        await PublishAsync("a", "1");
        await client.NextAsync();

        await _publisher.DisposeAsync();
        await _redis.KillAsync();
        await _redis.RestartAsync();
        _publisher = await _redis.ConnectAsync();
        await Eventually.SeeAsync("the subscription", () => _publisher.NumSubAsync("a"), count => count == 1);
        await Eventually.SeeAsync("a publish that is taken", async () => (await PostAsync("a", "2")).IsSuccessStatusCode, accepted => accepted);

        Assert.Equal(["missedevents epoch", "message 2"], (await client.TakeAsync(2)).Select(Show));
        await Eventually.SeeAsync(
            "the event in the store", async () => (await _publisher.ExecuteAsync("XLEN", "ssefabric:history:{a}")).Number, length => length == 1);
    }

    [Fact]
    public async Task ForeignKey_IsDelivered_AndLoggedOnce()
    {
        await _publisher.ExecuteAsync("SET", "ssefabric:history:{a}", "somebody else's");
        await using var client = await SseClient.JoinAsync(_fabric.Events("a"));

        await PublishAsync("a", "1");
        await _publisher.PublishAsync("a", "2");

        Assert.Equal(["1", "2"], (await client.TakeAsync(2)).Select(received => received.Text));
        await _fabric.Process.WaitForLineAsync("the log's word of it", IsTold);
        Assert.Single(_fabric.Process.Output, IsTold);
        Assert.Equal("somebody else's", (await _publisher.ExecuteAsync("GET", "ssefabric:history:{a}")).Text);

        static bool IsTold(string line) => line.Contains("is delivered but no longer recorded", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_ThatLookLikeKeys_StayApart()
    {
        string[] names = ["x", "x:state", "{x}", "x}", "x%7D", "é € 😀"];
        foreach (var name in names)
        {
            await PublishAsync(name, $"of {name}");
        }

        await ReplaceAsync();

        foreach (var name in names)
        {
            await using var client = await ResumeAsync("1-1", name);
            Assert.Equal(["missedevents epoch", $"message of {name}"], (await client.TakeAsync(2)).Select(Show));
        }
    }

    private Task<SseFabricProcess> StartAsync() => SseFabricProcess.StartAsync(
        "--redis", _redis.Configuration,
        "--Fabric:Channels:0:Match=brief", "--Fabric:Channels:0:Linger=00:00:00", "--Fabric:Channels:0:History:Store=redis",
        "--Fabric:Channels:1:Match=*", "--Fabric:Channels:1:History:Store=redis");

    private async Task ReplaceAsync()
    {
        await _fabric.Process.Kill9Async();
        await _fabric.DisposeAsync();
        _fabric = await StartAsync();
    }

    private Task<SseClient> ResumeAsync(string id, string channel) => SseClient.JoinAsync(_fabric.Events(channel), new SseRequest { LastEventId = id });

    private async Task PublishAsync(string channel, string text)
    {
        using var answer = await PostAsync(channel, text);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
    }

    private Task<HttpResponseMessage> PostAsync(string channel, string text) =>
        _http.PostAsync(new Uri(_fabric.Address, $"/channels/{Uri.EscapeDataString(channel)}/events"), new StringContent(text), TestContext.Current.CancellationToken);

    private static string Show(SseEvent received)
    {
        if (received.Type != "missedevents")
        {
            return $"{received.Type} {received.Text}";
        }

        using var told = JsonDocument.Parse(received.Data);
        return $"missedevents {told.RootElement.GetProperty("reason").GetString()}";
    }
}
