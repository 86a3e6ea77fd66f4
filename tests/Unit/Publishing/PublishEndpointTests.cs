using System.IO.Pipelines;
using System.Net;
using SseFabric.Contracts;
using SseFabric.Frontend.Publishing;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Publishing;

/// <summary>What a publisher is told of what the fabric answers.</summary>
[Trait("Suite", "Unit")]
public sealed class PublishEndpointTests
{
    private const string Three = """{"channel":["a","b","c"],"message":"m"}""";

    [Theory]
    [InlineData(PublishOutcome.Overloaded, 429, true)]
    [InlineData(PublishOutcome.Unavailable, 503, true)]
    [InlineData(PublishOutcome.TooLarge, 413, false)]
    [InlineData(PublishOutcome.BadFormat, 400, false)]
    public async Task Refusal_OfTheOnlyChannel_HasItsStatus(PublishOutcome outcome, int status, bool mayComeBack)
    {
        var publish = new PublishUnderTest();
        publish.Fabric.Answer = (_, _) => PublishResult.Refused(outcome);

        var answer = await publish.PostAsync("/channels/a/events", "x", "text/plain");

        Assert.Equal(status, answer.Status);
        Assert.Equal(mayComeBack, answer.Header("Retry-After") is not null);
        Assert.Contains("'a'", answer.Detail, StringComparison.Ordinal);
        Assert.False(answer.Json.TryGetProperty("accepted", out _));
    }

    [Theory]
    [InlineData(PublishOutcome.Overloaded, 429)]
    [InlineData(PublishOutcome.Unavailable, 503)]
    public async Task Refusal_OfALaterChannel_NamesThoseThatHaveAccepted(PublishOutcome outcome, int status)
    {
        var publish = new PublishUnderTest();
        publish.Fabric.Answer = (channel, _) => channel == "b" ? PublishResult.Refused(outcome) : new PublishResult(PublishOutcome.Accepted, new Cursor(7, 1), 0);

        var answer = await publish.PostAsync("/publish", Three);

        Assert.Equal(status, answer.Status);
        Assert.Equal(["a=m"], publish.Fabric.Published);
        Assert.Equal("""{"a":"7-1"}""", answer.Json.GetProperty("accepted").GetRawText());
    }

    [Fact]
    public async Task Replayed_OnlyWhenNothingWasPublished()
    {
        var publish = new PublishUnderTest();
        publish.Fabric.Answer = (channel, _) => new PublishResult(PublishOutcome.Accepted, new Cursor(7, 1), 0, IsRepeat: channel == "a");

        Assert.Null((await publish.PostAsync("/publish", Three)).Header("Idempotent-Replayed"));
        Assert.Equal("true", (await publish.PostAsync("/publish", """{"channel":"a","message":"m"}""")).Header("Idempotent-Replayed"));
    }

    /// <summary>The connection's own address counts.</summary>
    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("127.8.9.1", 200)]
    [InlineData("::1", 200)]
    [InlineData("::ffff:127.0.0.1", 200)]
    [InlineData("::ffff:127.8.9.1", 200)]
    [InlineData("192.0.2.1", 403)]
    [InlineData("::ffff:192.0.2.1", 403)]
    [InlineData("2001:db8::1", 403)]
    [InlineData(null, 403)]
    public async Task Peer_WithoutKeys_IsThisMachineAlone(string? peer, int status)
    {
        var publish = new PublishUnderTest { Peer = peer is null ? null : IPAddress.Parse(peer) };

        Assert.Equal(status, (await publish.PostAsync("/channels/a/events", "x", "")).Status);
        publish.Options.Open = true;
        Assert.Equal(200, (await publish.PostAsync("/channels/a/events", "x", "")).Status);
        publish.Options.Keys.Add("k");
        Assert.Equal(401, (await publish.PostAsync("/channels/a/events", "x", "")).Status);
        Assert.Equal(200, (await publish.PostAsync("/channels/a/events?key=k", "x", "")).Status);
    }

    [Fact]
    public async Task Bodies_MoreThanTheGateHolds_Are503AndTheRoomComesBack()
    {
        var publish = new PublishUnderTest { Gate = new BodyGate(10_000) };
        var slow = new Pipe();
        await slow.Writer.WriteAsync(new byte[9_000], TestContext.Current.CancellationToken);
        var first = publish.PostAsync("/channels/a/events", slow.Reader.AsStream(), "");
        await Eventually.SeeAsync("the first body's bytes", () => publish.Gate.HeldBytes, held => held >= 9_000);

        var refused = await publish.PostAsync("/channels/a/events", new string('x', 9_000), "");
        var small = await publish.PostAsync("/channels/a/events", "x", "");

        Assert.Equal(503, refused.Status);
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal(503, small.Status);

        await slow.Writer.CompleteAsync();
        Assert.Equal(200, (await first).Status);
        Assert.Equal(0, publish.Gate.HeldBytes);
        Assert.Equal(200, (await publish.PostAsync("/channels/a/events", new string('x', 50_000), "")).Status);
        Assert.Equal(0, publish.Gate.HeldBytes);
    }

    /// <summary>A body that is kept has no spare room behind it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public async Task Body_IsKeptInItsOwnSize(int bytes)
    {
        var publish = new PublishUnderTest();

        await publish.PostAsync("/channels/a/events", new string('x', bytes), "");

        var data = publish.Fabric.Batches.Single().Events.Single().Data;
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(data, out var array));
        Assert.Equal((bytes, bytes), (data.Length, array.Array!.Length));
    }
}
