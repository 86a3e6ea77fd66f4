using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Client;

/// <summary><c>ssefabric publish</c>.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class CliPublishTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    private string Url => fixture.Fabric.Address.ToString();

    [Fact]
    public async Task Publish_PrintsTheIdAndTheEventArrives()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var (exitCode, output) = await CliProcess.RunAsync("publish", channel, "--url", Url, "--type=price", "42 17");

        Assert.Equal(0, exitCode);
        var arrived = await subscriber.NextAsync();
        Assert.Equal(("price", "42 17", output), (arrived.Type, arrived.Text, arrived.Id));
    }

    [Fact]
    public async Task Publish_Count_PublishesThatOftenAndPrintsEachId()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var (exitCode, output) = await CliProcess.RunAsync("publish", channel, "x", "--url", Url, "--count", "3");

        Assert.Equal(0, exitCode);
        Assert.Equal(output.Split('\n'), (await subscriber.TakeAsync(3)).Select(arrived => arrived.Id));
    }

    [Fact]
    public async Task Publish_Dash_ReadsStandardInput()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var (exitCode, _) = await CliProcess.RunScriptAsync("printf 'one\\ntwo' | ssefabric publish \"$1\" - --url \"$2\"", channel, Url);

        Assert.Equal(0, exitCode);
        Assert.Equal("one\ntwo", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_AfterADoubleDash_NothingIsAnOption()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        await CliProcess.RunAsync("publish", "--url", Url, "--", channel, "--type");

        Assert.Equal("--type", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_OverRedis_PrintsADashAsThereIsNoId()
    {
        var channel = FrontendFixture.Unique("json");
        await using var subscriber = await fixture.JoinAsync(channel);

        var (exitCode, output) = await CliProcess.RunAsync(
            "publish", channel, "42", "--redis", $"{fixture.Fabric.Door}", "--format", "json", "--type", "price");

        Assert.Equal((0, "-"), (exitCode, output));
        var arrived = await subscriber.NextAsync();
        Assert.Equal(("price", "42"), (arrived.Type, arrived.Text));
    }

    [Fact]
    public async Task Publish_ATypeOverRedisInFormatText_Fails()
    {
        var (exitCode, output) = await CliProcess.RunAsync("publish", "c", "42", "--redis", $"{fixture.Fabric.Door}", "--type", "price");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("BadFormat: A message of format text carries no type, and this event's is 'price'", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_TooLarge_FailsWithTheReasonOnStandardErrorOnly()
    {
        var args = new[] { FrontendFixture.Unique("small"), new string('x', 101), Url };

        var (exitCode, output) = await CliProcess.RunScriptAsync("ssefabric publish \"$1\" \"$2\" --url \"$3\"", args);
        var (_, onlyOutput) = await CliProcess.RunScriptAsync("ssefabric publish \"$1\" \"$2\" --url \"$3\" 2>/dev/null", args);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("TooLarge: ", output, StringComparison.Ordinal);
        Assert.Contains("100", output, StringComparison.Ordinal);
        Assert.Empty(onlyOutput);
    }

    [Fact]
    public async Task Publish_NobodyThere_Fails()
    {
        var (exitCode, output) = await CliProcess.RunAsync("publish", "c", "x", "--url", $"http://127.0.0.1:{FreePort.Next()}");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Unavailable: ", output, StringComparison.Ordinal);
    }
}
