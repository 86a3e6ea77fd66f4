using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Publishing;

/// <summary>Publishers over HTTP under load, and at the server's end.</summary>
[Trait("Suite", "EndToEnd")]
[Collection(nameof(Alone))]
public sealed class HttpLedgerTests
{
    private const int SigTerm = 15;

    [Fact]
    public async Task Flood_EightPublishers_LosesRepeatsAndReordersNothing()
    {
        const int each = 500;
        string[] channels = [.. Enumerable.Range(0, 8).Select(i => $"http{i}")];
        await using var fabric = await SseFabricProcess.StartAsync();
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, 100, i => new SwarmTarget(fabric.Address, i % 10 == 0 ? channels : [channels[i % 8]]));
        using var http = new HttpPublisher(fabric.Address);

        var ids = await Task.WhenAll(channels.Select(async channel =>
        {
            var ids = new List<string>();
            for (var i = 0; i < each; i++)
            {
                ids.Add(await http.PublishAsync(channel, ledger.NextPayload(channel)));
            }

            return ids;
        }));
        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(60));

        swarm.ThrowIfBroken();
        ledger.Verify().ThrowIfFaulty();
        Assert.All(ids, channel => Assert.Equal(each, channel.Distinct().Count()));
    }

    [Fact]
    public async Task Draining_Post_Is503WithRetryAfter()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Drain:Window=00:00:30");
        await using var subscriber = await SseClient.JoinAsync(fabric.Events("c"));
        using var http = new HttpPublisher(fabric.Address);
        await http.PublishAsync("c", "before");

        fabric.Process.Signal(SigTerm);
        var refused = await Eventually.SeeAsync("a refusal", () => http.PostAsync("/channels/c/events", "x", null), answer => answer.Status != 200, show: answer => answer.Body);

        Assert.Equal(503, refused.Status);
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 10);
    }
}
