using System.Net;
using System.Net.Sockets;
using System.Text;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Engines;

/// <summary>Connections that come, stall, go and are cut at random while everything is published and streams are ended: nothing is lost, and nothing is left.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class EngineStressTests
{
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(30);
    private static readonly string[] s_channels = ["a", "b", "c"];

    // The short way, the server's way to the engine, what stays the server's, and what is none of them.
    private static readonly string[] s_requests =
    [
        "GET /events?channel=a HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n",
        "GET /events?channel=b&channel=c HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n",
        "GET /events/c HTTP/1.0\r\n\r\n",
        "GET /events/a?polling HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /events/b HTTP/1.1\r\nHost: h\r\nLast-Event-ID: nonsense\r\n\r\nGET /events/c HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /events/a HTTP/1.1\r\nHo",
        "\u0016\u0003\u0001 no HTTP at all\r\n\r\n",
        "",
    ];

    [Fact]
    public async Task Stress_EverythingAtOnce_LosesNothingAndLeavesNothing()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync(
            "--redis", redis.Configuration, "--Fabric:Stream:MaxAge=00:00:05", "--Fabric:Stream:Retry=00:00:00.100", "--Fabric:Stream:Polling:MaxWait=00:00:03",
            "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:AlwaysOn=false", "--Fabric:Channels:0:History:Count=1000000", "--Fabric:Channels:0:History:MaxBytes=500000000");
        var ledger = new DeliveryLedger();
        await using var publisher = await redis.ConnectAsync();
        await using (var warmUp = await SubscriberSwarm.ConnectAsync(new DeliveryLedger(), 4, _ => new SwarmTarget(fabric.Address, s_channels)))
        {
            Assert.Equal(4, warmUp.Connected);
        }

        var before = await Eventually.SeeAsync("the sockets of the first subscribers closed", () => Sockets(fabric), NewStable());
        await using (var swarm = await SubscriberSwarm.ConnectAsync(
            ledger, 150, i => new SwarmTarget(fabric.Address, i % 5 == 0 ? s_channels : [s_channels[i % 3]]), new SwarmOptions { Reconnect = true }))
        {
            using var over = new CancellationTokenSource(s_duration);
            await Task.WhenAll(
                PublishAsync(publisher, ledger, over.Token),
                CutAsync(swarm, over.Token),
                Task.WhenAll(Enumerable.Range(0, 4).Select(seed => ComeAndGoAsync(fabric.Address, new Random(seed), over.Token))));
            await ledger.WaitForTailAsync(TimeSpan.FromSeconds(60));
            var report = ledger.Verify();
            report.ThrowIfFaulty();
            TestContext.Current.TestOutputHelper?.WriteLine($"{report}; {swarm.Subscribers.Sum(subscriber => subscriber.Connections)} connections of the ledger's subscribers.");
        }

        await Eventually.SeeAsync("no sockets left", () => Sockets(fabric), sockets => sockets <= before, TimeSpan.FromSeconds(30));
        await using var door = await RedisClient.ConnectAsync(fabric.Door);
        foreach (var channel in s_channels)
        {
            await Eventually.SeeAsync($"no subscribers of {channel}", () => door.PublishAsync(channel, "nobody"), subscribers => subscribers == 0);
        }

        Assert.Equal(0, await fabric.Process.TerminateAsync());
    }

    private static async Task PublishAsync(RedisClient publisher, DeliveryLedger ledger, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var channel = s_channels[i % s_channels.Length];
            await publisher.PublishAsync(channel, ledger.NextPayload(channel, i % 500 == 0 ? 100_000 : 0));
            await Pause(TimeSpan.FromMilliseconds(2));
        }
    }

    private static async Task CutAsync(SubscriberSwarm swarm, CancellationToken over)
    {
        var random = new Random(1);
        while (!over.IsCancellationRequested)
        {
            var subscriber = swarm.Subscribers[random.Next(swarm.Subscribers.Count)];
            switch (random.Next(3))
            {
                case 0:
                    subscriber.Pause();
                    break;
                case 1:
                    subscriber.Cut();
                    break;
                default:
                    foreach (var paused in swarm.Subscribers)
                    {
                        paused.Resume();
                    }

                    break;
            }

            await Pause(TimeSpan.FromMilliseconds(20));
        }

        foreach (var paused in swarm.Subscribers)
        {
            paused.Resume();
        }
    }

    /// <summary>Connections that say something or nothing, read a little or nothing, and end in order or with a reset.</summary>
    private static async Task ComeAndGoAsync(Uri server, Random random, CancellationToken over)
    {
        var open = new Queue<Socket>();
        while (!over.IsCancellationRequested)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            open.Enqueue(socket);
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, CancellationToken.None);
            await socket.SendAsync(Encoding.Latin1.GetBytes(s_requests[random.Next(s_requests.Length)]), CancellationToken.None);
            if (open.Count > random.Next(40))
            {
                End(open.Dequeue(), random.Next(3));
            }

            await Pause(TimeSpan.FromMilliseconds(random.Next(3)));
        }

        foreach (var socket in open)
        {
            End(socket, random.Next(3));
        }
    }

    private static void End(Socket socket, int how)
    {
        try
        {
            if (how == 0)
            {
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (SocketException)
        {
            // The server has cut it.
        }

        socket.Close(how == 1 ? 0 : -1);
    }

    private static int Sockets(SseFabricProcess fabric) =>
        Directory.EnumerateFileSystemEntries($"/proc/{fabric.Process.Id}/fd").Count(IsSocket);

    private static bool IsSocket(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) is true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // The same at three looks in a row.
    private static Func<int, bool> NewStable()
    {
        var (last, times) = (-1, 0);
        return now =>
        {
            times = now == last ? times + 1 : 1;
            last = now;
            return times == 20;
        };
    }

    // The pace, not a wait for a fact.
    private static Task Pause(TimeSpan time) => Task.Delay(time, TimeProvider.System, CancellationToken.None);
}
