using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SseFabric.Channels.Hosting;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Starting;

/// <summary>The real program from its start to its exit code.</summary>
[Trait("Suite", "EndToEnd")]
public sealed partial class StartingTests
{
    private const int SigInt = 2;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Start_AnyFreePort_SaysOnOneLineWhatItListensOnItsEngineAndItsOrigins()
    {
        await using var program = await StartAsync();

        var line = program.Output.Single(IsReady);

        Assert.Matches(ReadyPattern(), line);
        Assert.Contains($"engine {Engine.Name};", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_Ready_AnswersGetAndHeadAndNothingElse()
    {
        await using var program = await StartAsync();
        using var http = ClientOf(program);

        using var live = await http.GetAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.Equal("""{"status":"live"}""", await live.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        using var ready = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("no-store", ready.Headers.CacheControl?.ToString());
        Assert.False(ready.Headers.Contains("Server"));

        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/health/ready"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);

        using var post = await http.PostAsync("/health/ready", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal("GET, HEAD", string.Join(", ", post.Content.Headers.Allow));
    }

    [Fact]
    public async Task Request_ToNothing_IsAnsweredWithProblemDetails()
    {
        await using var program = await StartAsync();
        using var http = ClientOf(program);

        using var answer = await http.GetAsync("/nowhere", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(SigInt)]
    public async Task Signal_WhileRunning_EndsWithZero(int signal)
    {
        await using var program = await StartAsync();

        program.Signal(signal);

        Assert.Equal(0, await program.WaitForExitAsync(s_patience));
        Assert.Single(program.Output, IsReady);
    }

    [Fact]
    public async Task H2c_PriorKnowledge_IsSpokenOnItsAddressOnly()
    {
        await using var program = await StartAsync("--Fabric:H2c:Listen=127.0.0.1:0");
        var addresses = AddressPattern().Matches(program.Output.Single(IsReady)).Select(match => match.Value).ToArray();
        Assert.Equal(2, addresses.Length);
        using var http = new HttpClient();

        using var answer = await http.SendAsync(Http2Request(addresses[1]), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpVersion.Version20, answer.Version);

        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(Http2Request(addresses[0]), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_PortTaken_SaysSoOnOneLineAndEndsWithOne()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (exitCode, output) = await RunAsync($"--port={port}", "--Fabric:RespDoor:Listen=", "--Logging:LogLevel:Default=Warning");

        Assert.Equal(1, exitCode);
        var line = Assert.Single(output);
        Assert.Contains($"http://127.0.0.1:{port}", line, StringComparison.Ordinal);
        Assert.Contains("address already in use", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressOfAnotherMachine_SaysSoOnOneLineAndEndsWithOne()
    {
        var (exitCode, output) = await RunAsync("--urls=http://192.0.2.1:80", "--Fabric:Publish:Open=true", "--Fabric:RespDoor:Listen=", "--Logging:LogLevel:Default=Warning");

        Assert.Equal(1, exitCode);
        Assert.Contains("http://192.0.2.1:80", Assert.Single(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DoorPortTaken_SaysSoOnOneLineAndEndsWithOne()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (exitCode, output) = await RunAsync("--port=0", $"--Fabric:RespDoor:Listen=127.0.0.1:{port}", "--Logging:LogLevel:Default=Warning");

        Assert.Equal(1, exitCode);
        Assert.Contains($"127.0.0.1:{port} (Fabric:RespDoor:Listen)", Assert.Single(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_PrintsAPageThatNamesTheOptions()
    {
        var (exitCode, output) = await RunAsync("--help", "--nonsense");

        Assert.Equal(0, exitCode);
        var page = string.Join('\n', output);
        Assert.All(
            ["--port", "--urls", "--redis", "--profile", "--config", "--Fabric:", "--help", "--version", "publish clock hello", "Exit codes"],
            word => Assert.Contains(word, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Version_PrintsTheVersionAndTheEngine()
    {
        var (exitCode, output) = await RunAsync("--version");

        Assert.Equal(0, exitCode);
        Assert.Matches($@"^SseFabric\.Frontend \d+\.\d+\.\d+ \({Engine.Name}\)\z", Assert.Single(output));
    }

    private static async Task<(int ExitCode, IReadOnlyList<string> Output)> RunAsync(params string[] args)
    {
        await using var program = SseFabricProcess.Run(args);
        return (await program.WaitForExitAsync(s_patience), program.Output);
    }

    private static async Task<ServerProcess> StartAsync(params string[] args)
    {
        var program = SseFabricProcess.Run(["--port=0", "--Fabric:RespDoor:Listen=127.0.0.1:0", .. args]);
        await program.WaitForLineAsync("the ready line", IsReady);
        return program;
    }

    private static HttpClient ClientOf(ServerProcess program) =>
        new() { BaseAddress = new Uri(AddressPattern().Match(program.Output.Single(IsReady)).Value) };

    private static HttpRequestMessage Http2Request(string address) => new(HttpMethod.Get, $"{address}/health/live")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static bool IsReady(string line) => line.StartsWith("SseFabric is ready: ", StringComparison.Ordinal);

    [GeneratedRegex(@"^SseFabric is ready: listening on http://127\.0\.0\.1:\d+; engine (orleans|single-node); messages from .+$")]
    private static partial Regex ReadyPattern();

    [GeneratedRegex(@"http://[\d.]+:\d+")]
    private static partial Regex AddressPattern();
}
