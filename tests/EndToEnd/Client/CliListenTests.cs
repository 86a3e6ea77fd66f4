using SseFabric.TestKit.Faults;

namespace SseFabric.EndToEnd.Client;

/// <summary><c>ssefabric listen</c>.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class CliListenTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    private const int SigInt = 2;
    private const int SigTerm = 15;

    private string Url => fixture.Fabric.Address.ToString();

    [Theory]
    [InlineData(SigInt)]
    [InlineData(SigTerm)]
    public async Task Listen_PrintsEachEventAtOnceUntilItIsInterrupted(int signal)
    {
        var (a, b) = (FrontendFixture.Unique("json-a"), FrontendFixture.Unique("b"));
        await using var listener = CliProcess.Start("listen", a, b, "--url", Url, "--last-event-id", await HereAsync(a, b));

        await fixture.PublishAsync(a, """{"event":"price","data":"42"}""");
        var first = await listener.WaitForLineAsync("the first event", line => line.EndsWith("\tprice\t42", StringComparison.Ordinal));
        await fixture.PublishAsync(b, "one\ntwo\\\tthree");
        await listener.WaitForLineAsync("the second event", line => line.EndsWith("\tmessage\tone\\ntwo\\\\\\tthree", StringComparison.Ordinal));

        Assert.StartsWith("m", first, StringComparison.Ordinal);
        listener.Signal(signal);
        Assert.Equal(0, await listener.WaitForExitAsync());
        Assert.Equal(2, listener.Output.Count);
    }

    [Fact]
    public async Task Listen_FromAnId_PrintsWhatCameAfter()
    {
        var channel = FrontendFixture.Unique();
        await fixture.PublishAsync(channel, "1");
        var id = await HereAsync(channel);
        await fixture.PublishAsync(channel, "2", "3");
        await using var listener = CliProcess.Start("listen", channel, "--url", Url, "--last-event-id", id);

        await listener.WaitForLineAsync("the third event", line => line.EndsWith("\t3", StringComparison.Ordinal));
        Assert.Equal(["2", "3"], listener.Output.Select(line => line.Split('\t')[2]));
    }

    [Fact]
    public async Task Listen_EventsMissing_PrintsTheGap()
    {
        var channel = FrontendFixture.Unique("short");
        var id = await HereAsync(channel);
        await fixture.PublishAsync(channel, "1", "2", "3", "4", "5");
        await using var listener = CliProcess.Start("listen", channel, "--url", Url, "--last-event-id", id);

        await listener.WaitForLineAsync("the last event", line => line.EndsWith("\t5", StringComparison.Ordinal));
        Assert.Equal(["!\tgap\t" + channel + ": evicted", "3", "4", "5"], listener.Output.Select(line => line[0] == '!' ? line : line.Split('\t')[2]));
    }

    [Fact]
    public async Task Listen_Cut_TellsItOnStandardErrorAndGoesOn()
    {
        var channel = FrontendFixture.Unique();
        await using var proxy = new TcpProxy(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, fixture.Fabric.Address.Port));
        await using var listener = CliProcess.Start("listen", channel, "--url", $"http://{proxy.EndPoint}", "--last-event-id", await HereAsync(channel));
        await fixture.PublishAsync(channel, "before");
        await listener.WaitForLineAsync("the first event", line => line.EndsWith("\tbefore", StringComparison.Ordinal));

        proxy.Cut();
        await fixture.PublishAsync(channel, "while away");

        await listener.WaitForLineAsync("the reason", line => line.Contains("is asked for again in", StringComparison.Ordinal));
        await listener.WaitForLineAsync("the event", line => line.EndsWith("\twhile away", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Listen_ReaderHasHadEnough_Ends()
    {
        var channel = FrontendFixture.Unique();
        var run = CliProcess.RunScriptAsync("{ ssefabric listen \"$1\" --url \"$2\"; echo \"ended with $?\" >&2; } | head -n 1", channel, Url);

        // The first ends head, a later one meets the closed pipe.
        while (!run.IsCompleted)
        {
            await fixture.PublishAsync(channel, "x");
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        // The two outputs are read beside each other: which line is noted last isn't said.
        Assert.Contains("ended with 0", (await run).Output.Split('\n'));
    }

    [Fact]
    public async Task Listen_Refused_FailsWithStatusAndReason()
    {
        var (exitCode, output) = await CliProcess.RunAsync(["listen", .. Enumerable.Range(0, 101).Select(i => $"c-{i}"), "--url", Url]);

        Assert.Equal(1, exitCode);
        Assert.Contains("was answered with 400 and no stream", output, StringComparison.Ordinal);
    }

    /// <summary>The id with which a subscriber of these channels gets all that is published from now on.</summary>
    private async Task<string> HereAsync(params string[] channels)
    {
        await using var subscriber = await fixture.JoinAsync(channels);
        return subscriber.Raw.Split('\n').First(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..];
    }
}
