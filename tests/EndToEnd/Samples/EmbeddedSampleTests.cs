using System.Net;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Samples;

/// <summary>samples/embedded: an application with its own endpoints and authorization that hosts the fabric.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class EmbeddedSampleTests : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ssefabric-embedded-");
    private ServerProcess _process = null!;
    private Uri _address = null!;

    public async ValueTask InitializeAsync()
    {
        _address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        _process = Run("--urls", _address.ToString());
        await _process.WaitForLineAsync("the ready line", line => line.Contains("Application started", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _home.Delete(recursive: true);
    }

    [Fact]
    public async Task Inbox_SignedIn_ReceivesWhatOthersSend()
    {
        var (alice, bob) = (await SignInAsync("alice"), await SignInAsync("bob"));
        await using var inbox = await SseClient.JoinAsync(At("/inbox?channel=inbox-alice"), bob);
        using var publisher = new HttpPublisher(_address);

        Assert.Equal(202, (await publisher.PostAsync("/messages/alice", "not for bob", null, ("Cookie", bob.Headers["Cookie"]))).Status);
        Assert.Equal(202, (await publisher.PostAsync("/messages/bob", "hello", null, ("Cookie", alice.Headers["Cookie"]))).Status);
        var first = await inbox.NextAsync();
        Assert.Equal("alice: hello", first.Text);
        await inbox.DisposeAsync();

        await publisher.PostAsync("/messages/bob", "missed", null, ("Cookie", alice.Headers["Cookie"]));
        await using var again = await SseClient.JoinAsync(At("/inbox"), bob with { LastEventId = first.Id });
        Assert.Equal("alice: missed", (await again.NextAsync()).Text);
    }

    [Fact]
    public async Task Events_SignedIn_NamesItsChannels()
    {
        var bob = await SignInAsync("bob");
        await using var byQuery = await SseClient.JoinAsync(At("/events?channel=inbox-carol&channel=b"), bob);
        await using var byPath = await SseClient.JoinAsync(At("/events/inbox-carol"), bob);
        using var publisher = new HttpPublisher(_address);

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
        await using var refused = await SseClient.OpenAsync(At(target));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/publish")]
    [InlineData("/channels/a/events")]
    [InlineData("/redisse/?a")]
    public async Task Get_PathOfTheProgram_IsNotThereUnasked(string target)
    {
        await using var answer = await SseClient.OpenAsync(At(target), await SignInAsync("bob"));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    [Theory]
    [InlineData("POST", "/events?channel=a", 405)]
    [InlineData("POST", "/inbox", 405)]
    [InlineData("HEAD", "/inbox", 200)]
    [InlineData("GET", "/events", 400)]
    public async Task Request_ThatIsNoStream_IsAnsweredAsByTheProgram(string method, string target, int status)
    {
        await using var answer = await SseClient.OpenAsync(At(target), await SignInAsync("bob") with { Method = new HttpMethod(method) });

        Assert.Equal(status, (int)answer.Status);
    }

    [Fact]
    public async Task Start_BadOptions_IsRefusedWithEveryError()
    {
        await using var refused = Run("--urls", "http://127.0.0.1:0", "--Fabric:Stream:Hartbeat=1", "--Fabric:Stream:MaxChannels=0");

        Assert.NotEqual(0, await refused.WaitForExitAsync());
        Assert.Contains("Fabric:Stream:Hartbeat: unknown key", refused.Tail(), StringComparison.Ordinal);
        Assert.Contains("Fabric:Stream:MaxChannels: \"0\" is not accepted", refused.Tail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_OpenStreams_AreClosedInOrder()
    {
        await using var inbox = await SseClient.JoinAsync(At("/inbox"), await SignInAsync("bob"));

        Assert.Equal(0, await _process.TerminateAsync(TimeSpan.FromSeconds(40)));

        await inbox.Ended.Within("the end of the stream");
        Assert.Null(inbox.BrokenBy);
    }

    private async Task<SseRequest> SignInAsync(string name)
    {
        using var client = new HttpPublisher(_address);
        var answer = await client.PostAsync($"/login?name={name}", "", null);
        Assert.Equal(200, answer.Status);
        return new SseRequest { Headers = new Dictionary<string, string> { ["Cookie"] = answer.Header("Set-Cookie")!.Split(';')[0] } };
    }

    private ServerProcess Run(params string[] args)
    {
        var program = Repository.Program("Embedded");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

        // The keys of its cookies are kept below HOME.
        var environment = new Dictionary<string, string?> { ["HOME"] = _home.FullName };
        return ServerProcess.Start(host, [program, .. args], environment, Path.GetDirectoryName(program));
    }

    private Uri At(string target) => new(_address, target);
}
