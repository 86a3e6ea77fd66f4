using System.Net;
using System.Text;
using SseFabric.TestKit.Clients;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Clients;

/// <summary>The npm packages that people read streams with, each reconnecting in its own way.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "node")]
public sealed class NpmSubscriberTests
{
    private const int Cuts = 8;
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(2);
    private static readonly string[] s_options =
        ["--Fabric:Stream:Retry=00:00:00.05", "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:History:Count=100000", "--Fabric:Channels:0:History:MaxBytes=100000000"];

    public static TheoryData<string> Packages => [.. NpmSubscriber.Packages];

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task ConnectionCut_AgainAndAgain_GetsEveryNumberOnceInOrder(string package)
    {
        await NpmPackages.NodeAsync();
        await using var fabric = await SseFabricProcess.StartAsync(s_options);
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await using var proxy = new TcpProxy(new IPEndPoint(IPAddress.Loopback, fabric.Address.Port));
        await using var subscriber = await NpmSubscriber.StartAsync(package, new Uri($"http://{proxy.EndPoint}/events?channel=a"));
        var ledger = new DeliveryLedger();
        var line = ledger.Join(package, "a");
        using var enough = new CancellationTokenSource();
        var publishing = PublishAsync(publisher, ledger, enough.Token);
        for (var cut = 1; cut <= Cuts; cut++)
        {
            // These packages take no id from a block without data, so they can resume from their first event on.
            var seen = subscriber.Events.Count;
            await subscriber.SeeAsync($"events before cut {cut}", now => now.Events.Count > seen + 20);
            proxy.Cut();
            await subscriber.SeeAsync($"its return from cut {cut}", now => now.Opened > cut);
        }

        await enough.CancelAsync();
        await publishing;
        await subscriber.SeeAsync("the newest event", now => now.Events is [.., var last] && last.Data.Contains($";n={ledger.PublishedOn("a")};", StringComparison.Ordinal));

        foreach (var received in subscriber.Events)
        {
            Assert.Equal("message", received.Type);
            line.Arrive(received.Data);
        }

        ledger.Verify().ThrowIfFaulty();
        Assert.True(line.Arrived > Cuts * 20);
    }

    /// <summary>A channel that lives in the process begins anew with it, which is told; everything that was published while somebody listened arrives once.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public async Task FrontendRestarted_ComesBackAndIsToldOfTheNewEpoch(string package)
    {
        await NpmPackages.NodeAsync();
        string[] options = [.. s_options, "--Fabric:Drain:Window=00:00:00"];
        var first = await SseFabricProcess.StartAsync(options);
        var port = first.Address.Port;
        await using var subscriber = await NpmSubscriber.StartAsync(package, first.Events("a"));
        await using (first)
        {
            await PublishNumbersAsync(first, 1, 20);
            await subscriber.SeeAsync("20 numbers", now => now.Events.Count == 20);
            Assert.Equal(0, await first.Process.TerminateAsync());
        }

        if (package == "reconnecting-eventsource")
        {
            // Its EventSource gives up at a status that isn't 200; then the package makes another, and puts the last id into the query.
            await BadGateway.AnswerOnceAsync(port);
        }

        await using var second = await SseFabricProcess.StartAsync([.. options, $"--port={port}"]);

        // Or more: what it is told to come back later in opens to it as well.
        await subscriber.SeeAsync("its return", now => now.Opened > 1);
        await PublishNumbersAsync(second, 21, 40);
        await subscriber.SeeAsync("40 numbers and the gap", now => now.Events.Count >= 41);

        Assert.Equal(Enumerable.Range(1, 40).Select(i => $"{i}"), subscriber.Events.Where(received => received.Type == "message").Select(received => received.Data));
        Assert.Equal("missedevents", subscriber.Events[20].Type);
        Assert.Contains("\"channel\":\"a\"", subscriber.Events[20].Data, StringComparison.Ordinal);
        Assert.Equal(41, subscriber.Events.Count);
    }

    private static async Task PublishAsync(RedisClient publisher, DeliveryLedger ledger, CancellationToken enough)
    {
        using var pace = new PeriodicTimer(s_pace);
        while (!enough.IsCancellationRequested)
        {
            await publisher.PublishAsync("a", ledger.NextPayload("a"));
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task PublishNumbersAsync(SseFabricProcess fabric, int from, int to)
    {
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await publisher.PublishAllAsync(Enumerable.Range(from, to - from + 1).Select(i => ("a", Encoding.ASCII.GetBytes($"{i}"))));
    }
}
