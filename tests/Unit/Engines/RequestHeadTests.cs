using System.Text;
using SseFabric.Frontend.Engine;

namespace SseFabric.Unit.Engines;

/// <summary>What the short way reads of a request, and all that it leaves to the server.</summary>
[Trait("Suite", "Unit")]
public sealed class RequestHeadTests
{
    [Fact]
    public void Read_WhatAnEventSourceSends_IsTaken()
    {
        var head = Read(
            "GET /events?channel=a%20b&x=[1]|{}".Replace("{}", "", StringComparison.Ordinal) + " HTTP/1.1\r\nHost: example.org:8080\r\nConnection: keep-alive\r\n"
            + "Accept: text/event-stream\r\nUser-Agent: Mozilla/5.0 (X11; Linux)\r\nCookie: a=b; c=\"d\"\r\nLAST-EVENT-ID:  1-2 \r\nAccept-Encoding: gzip\r\nX-Empty:\r\n\r\n");

        Assert.Equal(new RequestHead("/events?channel=a%20b&x=[1]|", "text/event-stream", "1-2"), head);
    }

    [Fact]
    public void Read_WithoutAcceptOrId_HasNone() => Assert.Equal(new RequestHead("/events/a", null, null), Read("GET /events/a HTTP/1.1\r\nhost: h\r\n\r\n"));

    [Theory]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\n\r\nG")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\n\r\nGET /events/a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("POST /events/a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("get /events/a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.0\r\nHost: h\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1 \r\nHost: h\r\n\r\n")]
    [InlineData("GET  /events/a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /events/a b HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET http://h/events/a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /events/é HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /events/a#b HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /events/a\tb HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost:\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h/x\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost : h\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\n Host: h\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\n: no name\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nX: a\nY: b\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nX: a\rY: b\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nX: \0\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nX: é\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nAccept: a/b\r\nAccept: text/event-stream\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nLast-Event-ID: 1\r\nlast-event-id: 2\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nHTTP2-Settings: x\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\norigin: https://elsewhere\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")]
    [InlineData("GET /events/a HTTP/1.1\r\nHost: h\r\nForwarded: for=1.2.3.4\r\n\r\n")]
    public void Read_AnythingElse_IsTheServers(string request) => Assert.Null(Read(request));

    [Fact]
    public void Read_MoreHeadersThanTheServerTakes_IsTheServers()
    {
        Assert.NotNull(Read($"GET / HTTP/1.1\r\nHost: h\r\n{string.Concat(Enumerable.Range(0, 99).Select(i => $"X{i}: v\r\n"))}\r\n"));
        Assert.Null(Read($"GET / HTTP/1.1\r\nHost: h\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"X{i}: v\r\n"))}\r\n"));
    }

    /// <summary>Whatever the bytes are, it throws nothing; and a request with one byte changed is never read as another target.</summary>
    [Fact]
    public void Read_AnyByteChanged_ThrowsNothingAndInventsNothing() =>
        Seeds.Each(2000, random =>
        {
            var bytes = Encoding.ASCII.GetBytes("GET /events/a?channel=b HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nLast-Event-ID: 1\r\n\r\n");
            var changes = random.Next(1, 4);
            for (var i = 0; i < changes; i++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var cut = bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length);
            if (RequestHead.Read(cut) is { } head)
            {
                Assert.StartsWith($"GET {head.Target} HTTP/1.1\r\n", Encoding.Latin1.GetString(cut), StringComparison.Ordinal);
            }
        });

    private static RequestHead? Read(string request) => RequestHead.Read(Encoding.Latin1.GetBytes(request));
}
