using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;
using static SseFabric.Unit.RespDoor.DoorClient;

namespace SseFabric.Unit.RespDoor;

[Collection(nameof(Alone))]
public class RespDoorPipelineTests
{
    private static readonly ChannelRule s_small = new() { Match = "small", MaxEventBytes = 10 };

    [Fact]
    public async Task Publishes_ToOneChannelInOneRead_AreOneBatch()
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();
        door.Fabric.Answer = (_, events) => RecordingFabric.Accepted(events.Count);

        await client.ExpectAsync(
            Command("PUBLISH", "a", "1") + Command("PUBLISH", "a", "2") + Command("SPUBLISH", "a", "3") + Command("PUBLISH", "b", "4")
            + Command("PING") + Command("PUBLISH", "b", "5") + "PUBLISH b 6\r\n",
            ":3\r\n:3\r\n:3\r\n:1\r\n+PONG\r\n:2\r\n:2\r\n");

        Assert.Equal([("a", 3), ("b", 1), ("b", 2)], door.Fabric.Batches.Select(batch => (batch.Channel, batch.Events.Count)));
        Assert.Equal(["a=1", "a=2", "a=3", "b=4", "b=5", "b=6"], door.Fabric.Published);
    }

    [Fact]
    public async Task Batch_RefusedForOneEvent_CostsTheOthersNothing()
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();
        door.Fabric.Answer = (_, events) => events.Any(offered => offered.Data.Span.SequenceEqual("bad"u8))
            ? PublishResult.Refused(PublishOutcome.BadFormat)
            : RecordingFabric.Accepted(7);

        await client.ExpectAsync(
            Command("PUBLISH", "c", "1") + Command("PUBLISH", "c", "bad") + Command("PUBLISH", "c", "3"),
            ":7\r\n-ERR the payload is not of the format of the channel 'c'\r\n:7\r\n");

        Assert.Equal(["c=1", "c=3"], door.Fabric.Published);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public async Task Commands_InPieces_AreAnsweredInOrder(int step)
    {
        await using var door = await DoorUnderTest.OpenAsync(rules: s_small);
        using var client = await door.ConnectAsync();
        var bytes = Encoding.Latin1.GetBytes(
            Command("PUBLISH", "a", "1\r\n2") + Command("PUBLISH", "small", "12345678901") + "PING\r\n" + Command("PUBLISH", "small", "1234567890"));
        for (var i = 0; i < bytes.Length; i += step)
        {
            await client.SendAsync(bytes.AsMemory(i..Math.Min(i + step, bytes.Length)));
        }

        await client.ExpectAsync(":0\r\n-ERR the payload has 11 bytes; the channel 'small' takes up to 10 (MaxEventBytes)\r\n+PONG\r\n:0\r\n");
        Assert.Equal(["a=1\r\n2", "small=1234567890"], door.Fabric.Published);
    }

    [Fact]
    public async Task Payload_OverTheLimit_IsReadPastAndTheConnectionGoesOn()
    {
        await using var door = await DoorUnderTest.OpenAsync(rules: s_small);
        using var client = await door.ConnectAsync();
        const int size = 50 << 20;
        var before = GC.GetTotalAllocatedBytes();
        var piece = new byte[1 << 20];
        await client.SendAsync($"*3\r\n$7\r\nPUBLISH\r\n$5\r\nsmall\r\n${size}\r\n");
        for (var i = 0; i < size / piece.Length; i++)
        {
            await client.SendAsync(piece);
        }

        await client.SendAsync("\r\n");
        await client.ExpectAsync($"-ERR the payload has {size} bytes; the channel 'small' takes up to 10 (MaxEventBytes)\r\n");
        await client.ExpectAsync(Command("PING"), "+PONG\r\n");

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, size / 2);
    }

    [Theory]
    [InlineData("*1\r\n+PING\r\n", "-ERR Protocol error: expected '$', got '+'\r\n")]
    [InlineData("*x\r\n", "-ERR Protocol error: invalid multibulk length\r\n")]
    [InlineData("*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$536870913\r\n", "-ERR Protocol error: invalid bulk length\r\n")]
    [InlineData("ECHO \"a\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n")]
    public async Task Protocol_Broken_IsToldAndTheConnectionEnds(string bytes, string reply)
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();
        await client.SendAsync(Command("PUBLISH", "c", "x") + bytes + Command("PUBLISH", "c", "y"));
        client.Finish();

        Assert.Equal(":0\r\n" + reply, await client.ReadToEndAsync());
        Assert.Equal(["c=x"], door.Fabric.Published);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\n\r\nPUBLISH c x\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\nPUBLISH c x\r\n")]
    public async Task Http_FromAWebPage_PublishesNothing(string request)
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();
        await client.SendAsync(request);
        client.Finish();
        await client.ReadToEndAsync();

        Assert.Empty(door.Fabric.Published);
    }

    [Fact]
    public async Task Stop_FinishesWhatWasReceived()
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();
        var pause = new TaskCompletionSource();
        door.Fabric.Pause = pause.Task;
        door.Fabric.Answer = (_, _) => RecordingFabric.Accepted(1);
        await client.SendAsync(Command("PUBLISH", "c", "x"));
        await door.Fabric.Began.Task.Within("the publish");
        var stopping = door.Door.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stopping.IsCompleted);
        pause.SetResult();
        await stopping.Within("the stop");

        Assert.Equal(":1\r\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Start_OtherPortTaken_Fails()
    {
        await using var first = await DoorUnderTest.OpenAsync();
        var taken = new RespDoorOptions { Listen = first.Door.EndPoint!.ToString() };
        await using var second = new Channels.RespDoor.RespDoor(
            taken, first.Fabric, new ChannelRules([]), TimeProvider.System, NullLogger<Channels.RespDoor.RespDoor>.Instance);

        var error = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(taken.Listen, error.Message, StringComparison.Ordinal);
        Assert.Contains("Fabric:RespDoor:Listen", error.Message, StringComparison.Ordinal);
    }
}
