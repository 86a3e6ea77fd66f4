namespace SseFabric.EndToEnd.Client;

/// <summary>The command line itself.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class CliUsageTests
{
    public static TheoryData<string[], string[]> BadLines => new()
    {
        { [], ["A command is missing"] },
        { ["post"], ["'post' is no command"] },
        { ["publish"], ["publish takes CHANNEL and DATA; 0 operands"] },
        { ["publish", "c", "two", "words"], ["3 operands"] },
        { ["publish", "", "x"], ["A channel name must not be empty."] },
        { ["publish", "c", "x", "--typ", "t"], ["--typ: there is no such option; there are --type, --url"] },
        { ["publish", "c", "x", "--type"], ["--type: its value is missing."] },
        { ["publish", "c", "x", "--type", "a", "--type=b"], ["--type: it is given twice."] },
        { ["publish", "c", "x", "--type", ""], ["--type: '' is no type; it takes 1 to 255 characters"] },
        { ["publish", "c", "x", "--count", "0", "--url", "ftp://x"], ["--count: '0' is no count; it takes 1 to 1000000.", "--url: 'ftp://x' is no address"] },
        { ["publish", "c", "x", "--redis", "127.0.0.1:1", "--key", "k", "--format", "xml"], ["--key: it doesn't go with --redis.", "--format: 'xml' is no format; it takes text or json."] },
        { ["publish", "c", "x", "--redis", "127.0.0.1:1,password=secret,nonsense=1"], ["--redis: Configuration names no server"] },
        { ["publish", "c", "x", "--redis-history", "127.0.0.1:1", "--redis", "127.0.0.1:1", "--format", "json"], ["--redis: it doesn't go with --redis-history.", "--format: it doesn't go with --redis-history."] },
        { ["publish", "c", "x", "--redis-history", ""], ["--redis-history: Configuration names no server"] },
        { ["publish", "c", "x", "--format", "json"], ["--format: it goes with --redis only."] },
        { ["listen"], ["listen takes one CHANNEL or more"] },
        { ["listen", "c", "--type", "t"], ["--type: there is no such option; there are --url, --key, --last-event-id."] },
        { ["listen", "c", "--key", "two words"], ["--key: it is empty, or has characters"] },
    };

    [Theory]
    [MemberData(nameof(BadLines))]
    public async Task Run_BadUsage_TellsEveryErrorAndEndsWith2(string[] args, string[] errors)
    {
        var (exitCode, output) = await CliProcess.RunAsync(args);

        Assert.Equal(2, exitCode);
        Assert.All(errors, error => Assert.Contains(error, output, StringComparison.Ordinal));
        Assert.EndsWith("See ssefabric --help.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("publish", "--help")]
    [InlineData("listen", "c", "-h")]
    public async Task Run_Help_ShowsCommandsOptionsAndExitCodes(params string[] args)
    {
        var (exitCode, output) = await CliProcess.RunAsync(args);

        Assert.Equal(0, exitCode);
        Assert.All(["publish", "listen", "--type", "--redis", "--last-event-id", "Exit codes"], word => Assert.Contains(word, output, StringComparison.Ordinal));
        Assert.DoesNotContain(output.Split('\n'), line => line.Length > 110);
    }

    [Fact]
    public async Task Run_Version_IsOneLine() => Assert.Equal((0, "ssefabric 0.1.0"), await CliProcess.RunAsync("--version"));
}
