using System.Net;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Samples;

/// <summary>samples/embedded: an application with its own endpoints and authorization that hosts the fabric.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class EmbeddedSampleTests(EmbeddedSample sample) : IClassFixture<EmbeddedSample>
{
    [Fact]
    public async Task Inbox_SignedIn_ReceivesWhatOthersSend()
    {
        var (alice, bob) = (await sample.SignInAsync("alice"), await sample.SignInAsync("bob"));
        await using var inbox = await SseClient.JoinAsync(sample.At("/inbox?channel=inbox-alice"), bob);
        using var publisher = new HttpPublisher(sample.Address);

        Assert.Equal(202, (await publisher.PostAsync("/messages/alice", "not for bob", null, ("Cookie", bob.Headers["Cookie"]))).Status);
        Assert.Equal(202, (await publisher.PostAsync("/messages/bob", "hello", null, ("Cookie", alice.Headers["Cookie"]))).Status);
        var first = await inbox.NextAsync();
        Assert.Equal("alice: hello", first.Text);
        await inbox.DisposeAsync();

        await publisher.PostAsync("/messages/bob", "missed", null, ("Cookie", alice.Headers["Cookie"]));
        await using var again = await SseClient.JoinAsync(sample.At("/inbox"), bob with { LastEventId = first.Id });
        Assert.Equal("alice: missed", (await again.NextAsync()).Text);
    }

    [Fact]
    public async Task Events_SignedIn_NamesItsChannels()
    {
        var bob = await sample.SignInAsync("bob");
        await using var byQuery = await SseClient.JoinAsync(sample.At("/events?channel=inbox-carol&channel=b"), bob);
        await using var byPath = await SseClient.JoinAsync(sample.At("/events/inbox-carol"), bob);
        using var publisher = new HttpPublisher(sample.Address);

        await publisher.PostAsync("/messages/carol", "hello", null, ("Cookie", bob.Headers["Cookie"]));

        Assert.Equal("bob: hello", (await byQuery.NextAsync()).Text);
        Assert.Equal("bob: hello", (await byPath.NextAsync()).Text);
    }

    [Theory]
    [InlineData("/events?channel=a")]
    [InlineData("/events/a")]
    [InlineData("/inbox")]
    public async Task Get_NotSignedIn_Is401(string target)
    {
        await using var refused = await SseClient.OpenAsync(sample.At(target));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/publish")]
    [InlineData("/channels/a/events")]
    [InlineData("/redisse/?a")]
    public async Task Get_PathOfTheProgram_IsNotThereUnasked(string target)
    {
        await using var answer = await SseClient.OpenAsync(sample.At(target), await sample.SignInAsync("bob"));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    [Theory]
    [InlineData("POST", "/events?channel=a", 405)]
    [InlineData("POST", "/inbox", 405)]
    [InlineData("HEAD", "/inbox", 200)]
    [InlineData("GET", "/events", 400)]
    public async Task Request_ThatIsNoStream_IsAnsweredAsByTheProgram(string method, string target, int status)
    {
        await using var answer = await SseClient.OpenAsync(sample.At(target), await sample.SignInAsync("bob") with { Method = new HttpMethod(method) });

        Assert.Equal(status, (int)answer.Status);
    }

    [Fact]
    public async Task Start_BadOptions_IsRefusedWithEveryError()
    {
        await using var refused = sample.Run("--urls", "http://127.0.0.1:0", "--Fabric:Stream:Hartbeat=1", "--Fabric:Stream:MaxChannels=0");

        Assert.NotEqual(0, await refused.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("Fabric:Stream:Hartbeat: unknown key", refused.Tail(), StringComparison.Ordinal);
        Assert.Contains("Fabric:Stream:MaxChannels: \"0\" is not accepted", refused.Tail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_OpenStreams_AreClosedInOrder()
    {
        await using var ending = new EmbeddedSample();
        await ending.StartAsync("--Fabric:Drain:Window=00:00:05");
        await using var inbox = await SseClient.JoinAsync(ending.At("/inbox"), await ending.SignInAsync("bob"));

        Assert.Equal(0, await ending.Process.TerminateAsync(TimeSpan.FromSeconds(40)));

        await inbox.Ended.Within("the end of the stream");
        Assert.Null(inbox.BrokenBy);
    }
}
