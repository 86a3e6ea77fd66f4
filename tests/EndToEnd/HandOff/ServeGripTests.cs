using System.Net;
using SseFabric.TestKit.Clients;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>An application on npm's <c>@fanoutio/serve-grip</c>, which was written for Pushpin.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "node")]
public sealed class ServeGripTests : IAsyncLifetime
{
    private const string Key = "a key that both have";
    private GovernedFabric _fabric = null!;
    private ServerProcess? _application;

    public async ValueTask InitializeAsync()
    {
        var port = FreePort.Next();
        _fabric = await GovernedFabric.StartAsync(new Uri($"http://127.0.0.1:{port}"), $"--Fabric:HandOff:SigningKey={Key}", $"--Fabric:Publish:Keys:0={Key}");
        var node = await NpmPackages.NodeAsync();
        _application = ServerProcess.Start(node, [Path.Combine(NpmPackages.Folder, "applications", "serve-grip.mjs"), $"{port}", $"{_fabric.Address}", Key], workingDirectory: NpmPackages.Folder);
        await _application.WaitForLineAsync("the application", line => line == "ready");
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        await _fabric.DisposeAsync();
    }

    [Fact]
    public async Task HoldStream_GetsContentAsPublishedUntilItIsClosed()
    {
        await using var held = await OpenAsync("/stream");
        await held.ReadBodyUntilAsync("the application's beginning", body => Content(body) == "[open]\n");
        Assert.Equal("text/plain", held.Header("Content-Type"));
        Assert.Equal("1", held.Header("X-Own"));
        Assert.Null(held.Header("Content-Length"));
        Assert.Null(held.Header("Grip-Hold"));

        await AskAsync("/send?text=hello%0A");
        await held.ReadBodyUntilAsync("the content", body => Content(body) == "[open]\nhello\n");
        await held.ReadBodyUntilAsync("the keep-alive", body => body.Contains("hello\n~\n", StringComparison.Ordinal));
        await AskAsync("/send-binary");
        await held.ReadBodyUntilAsync("the bytes", _ => held.BodyBytes.AsSpan().IndexOf(new byte[] { 0, 255, 10 }) > 0);
        await AskAsync("/close");
        var body = await held.ReadToEndAsync();

        Assert.DoesNotContain("grip", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("data:", body, StringComparison.Ordinal);
        await held.GetAsync("/stream");
        Assert.Equal(200, held.Status);
    }

    [Fact]
    public async Task HoldStream_PrevId_GetsWhatCameAfterIt()
    {
        await using var witness = await OpenAsync("/stream");
        await AskAsync("/send?text=one%0A&id=1");
        await AskAsync("/send?text=two%0A&id=2");
        await AskAsync("/send?text=three%0A&id=3");
        await witness.ReadBodyUntilAsync("all items", body => body.Contains("three", StringComparison.Ordinal));

        await using var held = await OpenAsync("/stream?prev=1");

        await held.ReadBodyUntilAsync("what came after item 1", body => Content(body) == "[open]\ntwo\nthree\n");
    }

    [Fact]
    public async Task HoldResponse_GetsTheAnswerThatIsPublished()
    {
        await using var witness = await OpenAsync("/stream");
        await using var held = await _fabric.ConnectAsync();
        await held.SendAsync("GET /poll?seconds=30 HTTP/1.1\r\nHost: x\r\n\r\n");
        await TestKit.Waiting.Eventually.SeeAsync("the poll at its channel", () => _fabric.Publisher.PublishAsync("room", ""), subscribers => subscribers == 2);

        await AskAsync("/send?text=only-for-streams");
        await AskAsync("/respond?text=answer");
        await held.ReadHeadAsync();

        Assert.Equal("HTTP/1.1 202 Own Words", held.StatusLine);
        Assert.Equal("yes", held.Header("X-Answer"));
        Assert.Equal("6", held.Header("Content-Length"));
        Assert.Equal("answer", await held.ReadToEndAsync());
        await witness.ReadBodyUntilAsync("the stream's part", body => body.Contains("only-for-streams", StringComparison.Ordinal));
        Assert.DoesNotContain("answer", witness.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HoldResponse_TimeOver_GetsTheApplicationsAnswer()
    {
        await using var held = await OpenAsync("/poll?seconds=1");

        Assert.Equal(200, held.Status);
        Assert.Equal("text/plain", held.Header("Content-Type"));
        Assert.Equal("nothing\n", await held.ReadToEndAsync());
    }

    [Fact]
    public async Task HoldResponse_PrevIdOfAnOlderItem_IsAnsweredAtOnce()
    {
        await using var witness = await OpenAsync("/stream");
        await AskAsync("/respond?text=one&id=1");
        await AskAsync("/respond?text=two&id=2");
        await AskAsync("/send?text=seen");
        await witness.ReadBodyUntilAsync("all items", body => body.Contains("seen", StringComparison.Ordinal));

        await using var held = await OpenAsync("/poll?seconds=30&prev=1");

        Assert.Equal("two", await held.ReadToEndAsync());
    }

    /// <summary>Without the keep-alives, which come between anything that takes more than a second.</summary>
    private static string Content(string body) => body.Replace("~\n", "", StringComparison.Ordinal);

    private async Task<RawHttpConnection> OpenAsync(string target)
    {
        var connection = await _fabric.ConnectAsync();
        await connection.GetAsync(target);
        return connection;
    }

    private async Task AskAsync(string target)
    {
        await using var connection = await OpenAsync(target);
        var answer = await connection.ReadToEndAsync();
        Assert.True(connection.Status == (int)HttpStatusCode.OK, $"{target}: {connection.StatusLine} {answer}");
    }
}
