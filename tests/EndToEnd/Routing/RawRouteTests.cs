using System.Net;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Routing;

/// <summary>Routes whose payloads are sent exactly as they were published.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RawRouteTests(RawRouteTests.Fixture fixture) : IClassFixture<RawRouteTests.Fixture>
{
    private static readonly byte[] s_all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    [Fact]
    [Trait("Parity", "10")]
    public async Task Get_Raw_IsThePayloadsAlone()
    {
        await using var client = await fixture.GetAsync("/bytes/plain");
        await fixture.Publisher.PublishAsync("bytes_plain", "data: already\n\n");
        await fixture.Publisher.PublishAsync("bytes_plain", "foobar");

        Assert.Equal("application/octet-stream", client.Header("Content-Type"));
        Assert.Equal("no-cache", client.Header("Cache-Control"));
        Assert.Equal("data: already\n\nfoobar", await client.ReadBodyUntilAsync("both payloads", body => body.EndsWith("foobar", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Parity", "11")]
    public async Task Get_Raw_EveryByteValueIsAsPublished()
    {
        await using var client = await fixture.GetAsync("/bytes/all");
        await fixture.Publisher.PublishAsync("bytes_all", s_all);
        await client.ReadBodyUntilAsync("256 bytes", _ => client.BodyBytes.Length >= 256);

        Assert.Equal(s_all, client.BodyBytes);
    }

    [Fact]
    [Trait("Parity", "155")]
    public async Task Get_RawWithPrefixAndSuffix_HasThemAroundEachPayloadAndItsContentType()
    {
        await using var client = await fixture.GetAsync("/radio");
        await client.ReadBodyUntilAsync("the preamble", _ => client.BodyBytes.Length >= 3);
        await fixture.Publisher.PublishAsync("radio", s_all);
        await fixture.Publisher.PublishAsync("radio", "");
        await fixture.Publisher.PublishAsync("radio", "x");
        byte[] expected = [0, 255, 10, (byte)'<', 0, .. s_all, .. "\r\n>"u8, (byte)'<', 0, .. "\r\n>"u8, (byte)'<', 0, (byte)'x', .. "\r\n>"u8];
        await client.ReadBodyUntilAsync("three payloads", _ => client.BodyBytes.Length >= expected.Length);

        Assert.Equal("audio/mpeg", client.Header("Content-Type"));
        Assert.Equal(expected, client.BodyBytes);
    }

    [Fact]
    [Trait("Parity", "160")]
    public async Task Get_RawWithPreamble_SendsItToEachNewcomerBeforeWhatIsLive()
    {
        await using var first = await fixture.GetAsync("/radio");
        await first.ReadBodyUntilAsync("the preamble", _ => first.BodyBytes.Length >= 3);
        await fixture.Publisher.PublishAsync("radio", "1");
        await first.ReadBodyUntilAsync("a payload", body => body.EndsWith('>'));
        await using var second = await fixture.GetAsync("/radio");
        await second.ReadBodyUntilAsync("the preamble", _ => second.BodyBytes.Length >= 3);
        await fixture.Publisher.PublishAsync("radio", "2");
        await second.ReadBodyUntilAsync("a payload", body => body.EndsWith('>'));

        Assert.Equal([0, 255, 10, (byte)'<', 0, (byte)'2', .. "\r\n>"u8], second.BodyBytes);
    }

    [Fact]
    [Trait("Parity", "155")]
    public async Task Get_RawInSilence_SendsNoHeartbeatNoIdAndNothingMissed()
    {
        await using var heard = await SseClient.JoinAsync(new Uri(fixture.Fabric.Address, "/events?channel=bytes_quiet"));
        await using var client = await fixture.GetAsync("/bytes/quiet?lastEventId=1-1&polling", "Last-Event-ID: 1-1", "Accept: text/event-stream");
        await heard.WaitForRawAsync("heartbeats of the open endpoint", raw => raw.Split("\n").Count(line => line == ":") >= 5);
        await fixture.Publisher.PublishAsync("bytes_quiet", "x");

        Assert.Equal("x", await client.ReadBodyUntilAsync("the payload", body => body.Length > 0));
    }

    /// <summary>Parts of a moving picture: a length is not needed, as a boundary ends each.</summary>
    [Fact]
    [Trait("Parity", "159")]
    public async Task Get_RawMultipart_IsWholeParts()
    {
        await using var client = await fixture.GetAsync("/camera", "Accept: image/avif,image/webp");
        await client.ReadBodyUntilAsync("the first boundary", body => body.Length > 0);
        await fixture.Publisher.PublishAsync("camera", "one");
        await fixture.Publisher.PublishAsync("camera", "two");

        Assert.Equal("multipart/x-mixed-replace; boundary=B", client.Header("Content-Type"));
        const string Part = "Content-Type: image/jpeg\r\n\r\n";
        Assert.Equal(
            $"--B\r\n{Part}one\r\n--B\r\n{Part}two\r\n--B\r\n",
            await client.ReadBodyUntilAsync("two parts", body => body.Split("--B\r\n").Length == 4));
    }

    [Fact]
    public async Task Head_Raw_AnswersItsHead()
    {
        await using var client = await SseClient.OpenAsync(new Uri(fixture.Fabric.Address, "/radio"), new SseRequest { Method = HttpMethod.Head });

        Assert.Equal(HttpStatusCode.OK, client.Status);
        Assert.Equal("audio/mpeg", client.Header("Content-Type"));
    }

    [Fact]
    public async Task Get_RawWhileRedisIsAway_Is503ForAnEventSourceToo()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync(
            "--redis", redis.Configuration, "--Fabric:Routes:0:Path=^/radio$", "--Fabric:Routes:0:Channel=radio", "--Fabric:Routes:0:Mode=raw", "--Fabric:Routes:0:ContentType=audio/mpeg");
        await redis.KillAsync();

        await using var client = await SseClient.OpenAsync(new Uri(fabric.Address, "/radio"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, client.Status);
        Assert.Equal("redis", client.Header("X-SSE-Busy"));
        Assert.NotNull(client.Header("Retry-After"));
        Assert.Equal("application/problem+json", client.Header("Content-Type"));
    }

    public sealed class Fixture : FrontendFixture
    {
        protected override string[] Arguments =>
        [
            "--Fabric:Stream:Heartbeat=00:00:00.1",
            "--Fabric:Routes:0:Path=^/bytes/(.*)$", "--Fabric:Routes:0:Channel=bytes_$1", "--Fabric:Routes:0:Mode=raw",
            "--Fabric:Routes:1:Path=^/radio$", "--Fabric:Routes:1:Channel=radio", "--Fabric:Routes:1:Mode=Raw", "--Fabric:Routes:1:ContentType=audio/mpeg",
            $"--Fabric:Routes:1:Preamble=base64:{Convert.ToBase64String([0, 255, 10])}", $"--Fabric:Routes:1:Prefix=base64:{Convert.ToBase64String("<\0"u8)}", "--Fabric:Routes:1:Suffix=\r\n>",
            "--Fabric:Routes:2:Path=^/camera$", "--Fabric:Routes:2:Channel=camera", "--Fabric:Routes:2:Mode=raw",
            "--Fabric:Routes:2:ContentType=multipart/x-mixed-replace; boundary=B",
            "--Fabric:Routes:2:Preamble=--B\r\n", "--Fabric:Routes:2:Prefix=Content-Type: image/jpeg\r\n\r\n", "--Fabric:Routes:2:Suffix=\r\n--B\r\n",
        ];

        /// <summary>A stream that has joined: its head comes with what it begins with.</summary>
        public async Task<RawHttpConnection> GetAsync(string target, params string[] headers)
        {
            var connection = await RawHttpConnection.ConnectAsync(Fabric.Address);
            await connection.GetAsync(target, headers);
            Assert.True(connection.Status == 200, connection.StatusLine);
            return connection;
        }
    }
}
