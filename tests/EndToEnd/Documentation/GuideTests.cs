namespace SseFabric.EndToEnd.Documentation;

/// <summary>Follows the pages of docs: what they start is started, what watches shows what is published, and every other command does what it should.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "root")]
public sealed class GuideTests
{
    // Run by ReadmeTests.
    private static readonly string[] s_others = ["README.md", "publishing", "authorization"];

    /// <summary>Each scenario that has a server.</summary>
    public static TheoryData<string> Scenarios { get; } = [.. Commands.Where(block => block.Role == "server").Select(block => block.Scenario).Distinct()];

    private static IEnumerable<MarkedBlock> Commands => MarkedBlocks.All.Where(block => !block.IsFile && !s_others.Contains(block.Page) && !s_others.Contains(block.Scenario));

    [Fact]
    public void Commands_OfEachPage_AreFollowed() =>
        Assert.Equal([], Commands.Where(block => !Scenarios.Any(scenario => scenario == block.Scenario)).Select(block => $"{block.Page}: {block.Name} has no server"));

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Page_Followed_ShowsWhatIsPublished(string scenario)
    {
        var blocks = Commands.Where(block => block.Scenario == scenario).ToList();
        await using var network = await CommandNetwork.CreateAsync(withBuild: false);
        foreach (var file in MarkedBlocks.All.Where(block => block.IsFile && block.Page == blocks[0].Page))
        {
            network.Write(file.Name, file.Text);
        }

        if (blocks.Exists(block => block.Text.Contains("127.0.0.1:6379", StringComparison.Ordinal)))
        {
            await network.StartRedisAsync();
        }

        if (blocks.Exists(block => block.Text.Contains("127.0.0.1:5672", StringComparison.Ordinal)))
        {
            await network.StartRabbitAsync();
        }

        foreach (var application in blocks.Where(block => block.Role == "app"))
        {
            network.Run(application.Text);
            await network.ListensAsync(8000);
        }

        var server = await network.StartAsync(blocks.Single(block => block.Role == "server").Text);
        var watching = blocks.Where(block => block.Role == "watch").Select(block => network.Run(block.Text)).ToList();
        foreach (var watch in watching)
        {
            await watch.WaitForLineAsync("the head of the answer", line => line.Contains("HTTP/1.1 200", StringComparison.Ordinal));
        }

        foreach (var block in blocks.Where(block => block.Role is not ("app" or "server" or "watch")))
        {
            var command = network.Run(block.Text);
            Assert.True(await command.WaitForExitAsync() == 0, $"{block.Name}: {command.Tail()}");
        }

        foreach (var watch in watching)
        {
            await watch.WaitForLineAsync("the event", line => line is "data: hello" or "hello");
            await watch.Kill9Async();
        }

        Assert.Equal(0, await server.TerminateAsync(TimeSpan.FromMinutes(1)));
    }
}
