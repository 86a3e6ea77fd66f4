using System.Text;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Stream;

/// <summary>Payloads against the exact bytes on the wire; none may forge a field or an event.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class FramingTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    public static TheoryData<string, string> Table => new()
    {
        { "foobar", "data: foobar\n\n" },
        { "foobar\nfoobar2", "data: foobar\ndata: foobar2\n\n" },
        { "tail\n", "data: tail\ndata: \n\n" },
        { "\n", "data: \ndata: \n\n" },
        { "x\n\ny", "data: x\ndata: \ndata: y\n\n" },
        { "a\r\nb", "data: a\ndata: b\n\n" },
        { "a\rb", "data: a\ndata: b\n\n" },
        { "a\n\rb", "data: a\ndata: \ndata: b\n\n" },
        { "a\r\r\nb\r", "data: a\ndata: \ndata: b\ndata: \n\n" },
        { "", "data: \n\n" },
        { " leading and trailing ", "data:  leading and trailing \n\n" },
        { "data: already\n\n", "data: data: already\ndata: \ndata: \n\n" },
        { "a\n\nid: 7\nevent: forged\nretry: 1\ndata: forged", "data: a\ndata: \ndata: id: 7\ndata: event: forged\ndata: retry: 1\ndata: data: forged\n\n" },
        { "\r\rid: forged\r\r", "data: \ndata: \ndata: id: forged\ndata: \ndata: \n\n" },
        { ": no comment", "data: : no comment\n\n" },
        { "a\0b", "data: a\0b\n\n" },
        { "\uFEFFbom", "data: \uFEFFbom\n\n" },
        { "é€😀", "data: é€😀\n\n" },
        { "line\u2028separator\u0085next\vand\fmore", "data: line\u2028separator\u0085next\vand\fmore\n\n" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Publish_Payload_IsTheseBytes(string payload, string frame)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        var head = subscriber.Raw.Length;

        await fixture.PublishAsync(channel, payload);
        var received = await subscriber.NextAsync();

        var block = subscriber.Raw[head..];
        Assert.Equal($"id: {received.Id}\n{frame}", block);
        Assert.Equal("message", received.Type);
        Assert.Equal(payload.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'), received.Text);
    }

    [Fact]
    public async Task Publish_AllBytes_KeepsTheStreamAlive()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        await fixture.Publisher.PublishAsync(channel, [.. Enumerable.Range(0, 256).Select(value => (byte)value)]);
        await fixture.Publisher.PublishAsync(channel, [0xC3]);
        await fixture.Publisher.PublishAsync(channel, [0xA9, 0xFF, 0xFE, 0xED, 0xA0, 0x80]);
        await fixture.PublishAsync(channel, "after");

        var events = await subscriber.TakeAsync(4);
        Assert.Equal("after", events[3].Text);
        Assert.Equal(3, events[0].Text.Split('\n').Length);
        Assert.All(events, received => Assert.Equal("message", received.Type));
        Assert.Equal(4, events.Select(received => received.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(64 << 10)]
    [InlineData((1 << 20) + 1)]
    [InlineData(8 << 20)]
    public async Task Publish_Large_ArrivesIntact(int size)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        var payload = new byte[size];
        for (var i = 0; i < size; i++)
        {
            payload[i] = (byte)('a' + (i % 26));
        }

        await fixture.Publisher.PublishAsync(channel, payload);
        await fixture.PublishAsync(channel, "after");

        var received = await subscriber.NextAsync();
        Assert.True(payload.AsSpan().SequenceEqual(received.Data), $"{received.Data.Length} bytes came, or others.");
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_ManyShortLines_AreOneEvent()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        var payload = string.Join('\n', Enumerable.Range(0, 50_000));

        await fixture.PublishAsync(channel, payload);

        Assert.Equal(payload, (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_JsonWithType_HasAnEventLine()
    {
        var channel = FrontendFixture.Unique("json");
        await using var subscriber = await fixture.JoinAsync(channel);
        var head = subscriber.Raw.Length;

        await fixture.PublishAsync(channel, """{"event":"tick","data":"a\nb"}""", """{"event":"message","data":"plain"}""", """{"data":"plainer"}""");
        var events = await subscriber.TakeAsync(3);

        Assert.Equal(["tick", "message", "message"], events.Select(received => received.Type));
        Assert.Equal(
            $"id: {events[0].Id}\nevent: tick\ndata: a\ndata: b\n\nid: {events[1].Id}\ndata: plain\n\nid: {events[2].Id}\ndata: plainer\n\n",
            subscriber.Raw[head..]);
    }

    [Fact]
    public async Task Publish_NotOfTheFormat_IsRefusedOrToldAsRejected()
    {
        var channel = FrontendFixture.Unique("json");
        await using var subscriber = await fixture.JoinAsync(channel);

        var reply = await fixture.Publisher.SendAsync("PUBLISH", channel, "no json");
        await fixture.PublishAsync(channel, """{"data":"after"}""");

        Assert.True(reply.IsError, $"The reply was {reply}.");
        Assert.Equal("after", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_TooLargeForItsChannel_IsRefusedAtTheDoor()
    {
        var channel = FrontendFixture.Unique("small");
        await using var subscriber = await fixture.JoinAsync(channel);

        var reply = await fixture.Publisher.SendAsync("PUBLISH", channel, new string('x', 101));
        await fixture.PublishAsync(channel, new string('y', 100));

        Assert.True(reply.IsError, $"The reply was {reply}.");
        Assert.Equal(new string('y', 100), (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_ToManySubscribers_SendsAllTheSameFrame()
    {
        var channel = FrontendFixture.Unique();
        await using var first = await fixture.JoinAsync(channel);
        await using var second = await fixture.JoinAsync(channel);

        await fixture.PublishAsync(channel, "one", "two");

        Assert.Equal((await first.TakeAsync(2)).Select(Encoded), (await second.TakeAsync(2)).Select(Encoded));
    }

    private static string Encoded(SseEvent received) => $"{received.Id}|{received.Type}|{Encoding.UTF8.GetString(received.Data)}";
}
