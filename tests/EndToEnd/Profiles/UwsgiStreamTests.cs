using System.Text;

namespace SseFabric.EndToEnd.Profiles;

/// <summary>Streams as uwsgi-sse-offload serves them, byte for byte, with its faults mended.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class UwsgiStreamTests(UwsgiFixture fixture) : IClassFixture<UwsgiFixture>
{
    private const string End = "data: the end\n\n";

    [Theory]
    [Trait("Parity", "1")]
    [Trait("Parity", "2")]
    [Trait("Parity", "3")]
    [Trait("Parity", "4")]
    [Trait("Parity", "5")]
    [Trait("Parity", "6")]
    [Trait("Parity", "7")]
    [Trait("Parity", "8")]
    [Trait("Parity", "9")]
    [Trait("Parity", "12")]
    [InlineData("foobar", "data: foobar\n\n")]
    [InlineData("foobar\nfoobar2", "data: foobar\ndata: foobar2\n\n")]
    [InlineData("tail\n", "data: tail\ndata: \n\n")]
    [InlineData("\n", "data: \ndata: \n\n")]
    [InlineData("x\n\ny", "data: x\ndata: \ndata: y\n\n")]
    [InlineData("a\r\nb", "data: a\ndata: b\n\n")]
    [InlineData("a\rb", "data: a\ndata: b\n\n")]
    [InlineData("", "")]
    [InlineData("data: already\n\n", "data: data: already\ndata: \ndata: \n\n")]
    [InlineData("é€😀", "data: é€😀\n\n")]
    public async Task Publish_Payload_IsDataLinesAndTheStreamGoesOn(string payload, string bytes)
    {
        var channel = FrontendFixture.Unique();
        await using var stream = await UwsgiFixture.OpenAsync(fixture.Fabric, channel);

        Assert.Equal(1, await fixture.Publisher.PublishAsync(channel, payload));
        await fixture.Publisher.PublishAsync(channel, "the end");

        Assert.Equal(bytes + End, await stream.ReadBodyUntilAsync("the end", body => body.EndsWith(End, StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Parity", "12")]
    public async Task Publish_NoUtf8_PassesUnchangedAndTheStreamGoesOn()
    {
        var channel = FrontendFixture.Unique();
        await using var stream = await UwsgiFixture.OpenAsync(fixture.Fabric, channel);

        await fixture.Publisher.PublishAsync(channel, [0xff, (byte)'a', 0xc3]);
        await fixture.Publisher.PublishAsync(channel, "the end");
        await stream.ReadBodyUntilAsync("the end", body => body.EndsWith(End, StringComparison.Ordinal));

        byte[] expected = [.. "data: "u8, 0xff, (byte)'a', 0xc3, .. "\n\n"u8, .. Encoding.UTF8.GetBytes(End)];
        Assert.Equal(expected, stream.BodyBytes);
    }

    [Fact]
    [Trait("Parity", "49")]
    public async Task Publish_OverTheChannelsLimit_IsDroppedAlone()
    {
        var channel = FrontendFixture.Unique("small");
        await using var stream = await UwsgiFixture.OpenAsync(fixture.Fabric, channel);

        await fixture.Publisher.PublishAsync(channel, new string('x', 101));
        await fixture.Publisher.PublishAsync(channel, "the end");

        Assert.Equal(End, await stream.ReadBodyUntilAsync("the end", body => body.EndsWith(End, StringComparison.Ordinal)));
    }

    [Theory]
    [Trait("Parity", "50")]
    [InlineData("4096")]
    [InlineData("1073741824")]
    public async Task Publish_AnyQueueBound_TheSameBytes(string bound)
    {
        var channel = FrontendFixture.Unique();
        await using var fabric = await fixture.StartAsync($"--Fabric:Stream:MaxQueuedBytes={bound}");
        await using var stream = await UwsgiFixture.OpenAsync(fabric, channel);
        var expected = new StringBuilder();
        foreach (var size in new[] { 1, 4095, 4096, 4097, 65536, 100_000, 1 })
        {
            expected.Append($"data: {new string('x', size)}\n\n");
            await fixture.Publisher.PublishAsync(channel, new string('x', size));
            Assert.Equal(expected.ToString(), await stream.ReadBodyUntilAsync("the event", body => body.Length >= expected.Length));
        }
    }
}
