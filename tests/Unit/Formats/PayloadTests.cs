using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Formats;
using SseFabric.Frontend.Framing;
using SseFabric.Unit.Framing;

namespace SseFabric.Unit.Formats;

[Trait("Suite", "Unit")]
public sealed class PayloadTests
{
    [Theory]
    [InlineData(PayloadFormat.Text, "any\r\nthing", "message", "any\r\nthing", null)]
    [InlineData(PayloadFormat.Text, "", "message", "", null)]
    [InlineData(PayloadFormat.Raw, "any\0thing", "message", "any\0thing", null)]
    [InlineData(PayloadFormat.Json, """{"data":"x"}""", "message", "x", null)]
    [InlineData(PayloadFormat.Json, """{"event":"tick","data":"a\nb","retry":250,"id":"ours counts"}""", "tick", "a\nb", 250)]
    [InlineData(PayloadFormat.Json, """ {"event":null,"data":{"a": [1, 2]},"retry":null} """, "message", """{"a": [1, 2]}""", null)]
    [InlineData(PayloadFormat.Json, """{"data":7}""", "message", "7", null)]
    [InlineData(PayloadFormat.Json, """{"data":"\u00e9\ud83d\ude00","unknown":[{}]}""", "message", "é😀", null)]
    [InlineData(PayloadFormat.Json, """{"data":"","retry":0}""", "message", "", 0)]
    [InlineData(PayloadFormat.Frame, "data: x\n\n", "message", "x", null)]
    [InlineData(PayloadFormat.Frame, "data:x\r\ndata:  y\r\n\r\n", "message", "x\n y", null)]
    [InlineData(PayloadFormat.Frame, "data\rdata\r\r", "message", "\n", null)]
    [InlineData(PayloadFormat.Frame, ": comment\nid: 5\nunknown: field\nevent: tick\nretry: 10\ndata: x\n\n", "tick", "x", 10)]
    [InlineData(PayloadFormat.Frame, "event: tick\nevent:\ndata: x\n\n", "message", "x", null)]
    [InlineData(PayloadFormat.Frame, "retry: +5\nretry: -5\nretry: 5s\nretry:\nretry: 99999999999\ndata: x\n\n", "message", "x", null)]
    [InlineData(PayloadFormat.Frame, "data: a:b: c\n\n", "message", "a:b: c", null)]
    public void Read_Good_IsTheEvent(PayloadFormat format, string payload, string type, string data, int? retry)
    {
        Assert.True(Payload.TryRead(format, Encoding.UTF8.GetBytes(payload), out var offered, out var error), error);

        Assert.Equal((type, data), (offered.Type, Encoding.UTF8.GetString(offered.Data.Span)));
        Assert.Equal(retry is { } delay ? TimeSpan.FromMilliseconds(delay) : null, offered.Retry);
        Assert.False(offered.Rejected);
    }

    [Theory]
    [InlineData(PayloadFormat.Json, "", "valid JSON")]
    [InlineData(PayloadFormat.Json, "x", "valid JSON")]
    [InlineData(PayloadFormat.Json, """{"data":"x"} trailing""", "valid JSON")]
    [InlineData(PayloadFormat.Json, "[1]", "is an object; this is a JSON Array")]
    [InlineData(PayloadFormat.Json, "{}", "needs the member 'data'")]
    [InlineData(PayloadFormat.Json, """{"event":"","data":"x"}""", "'event'")]
    [InlineData(PayloadFormat.Json, """{"event":"a\nb","data":"x"}""", "'event'")]
    [InlineData(PayloadFormat.Json, """{"event":"a\rb","data":"x"}""", "'event'")]
    [InlineData(PayloadFormat.Json, """{"event":"a\u0000b","data":"x"}""", "'event'")]
    [InlineData(PayloadFormat.Json, """{"event":5,"data":"x"}""", "'event'")]
    [InlineData(PayloadFormat.Json, """{"retry":-1,"data":"x"}""", "'retry'")]
    [InlineData(PayloadFormat.Json, """{"retry":1.5,"data":"x"}""", "'retry'")]
    [InlineData(PayloadFormat.Json, """{"retry":"1","data":"x"}""", "'retry'")]
    [InlineData(PayloadFormat.Json, """{"data":"\ud800"}""", "valid JSON")]
    [InlineData(PayloadFormat.Json, """{"event":"\udc00","data":"x"}""", "valid JSON")]
    [InlineData(PayloadFormat.Frame, "", "ends with a blank line")]
    [InlineData(PayloadFormat.Frame, "data: x", "ends with a blank line")]
    [InlineData(PayloadFormat.Frame, "data: x\n", "ends with a blank line")]
    [InlineData(PayloadFormat.Frame, "data: x\r\n", "ends with a blank line")]
    [InlineData(PayloadFormat.Frame, "\n", "has a data field")]
    [InlineData(PayloadFormat.Frame, "event: x\n\n", "has a data field")]
    [InlineData(PayloadFormat.Frame, "data: x\n\ndata: y\n\n", "is one frame")]
    [InlineData(PayloadFormat.Frame, "data: x\n\n\n", "is one frame")]
    [InlineData(PayloadFormat.Frame, "event: a\0b\ndata: x\n\n", "'event'")]
    public void Read_Bad_IsRejectedWithTheReason(PayloadFormat format, string payload, string reason)
    {
        Assert.False(Payload.TryRead(format, Encoding.UTF8.GetBytes(payload), out var offered, out var error));

        Assert.True(offered.Rejected);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DeepJson_IsRejected() =>
        Assert.False(Payload.TryRead(PayloadFormat.Json, Encoding.UTF8.GetBytes($$"""{"data":{{new string('[', 100_000)}}}"""), out _, out _));

    [Fact]
    public void Read_LargerThanTheRule_IsRejected()
    {
        var rule = new ChannelRule { MaxEventBytes = 3 };
        Assert.False(Payload.Read(rule, "abc"u8.ToArray()).Rejected);
        Assert.True(Payload.Read(rule, "abcd"u8.ToArray()).Rejected);
    }

    [Theory]
    [InlineData(PayloadFormat.Text)]
    [InlineData(PayloadFormat.Json)]
    [InlineData(PayloadFormat.Frame)]
    [InlineData(PayloadFormat.Raw)]
    public void Read_Anything_IsAnEventThatFramesOrRejected(PayloadFormat format) =>
        Seeds.Each(3000, random =>
        {
            var payload = format == PayloadFormat.Json ? NextJson(random) : random.NextPayload();

            var isGood = Payload.TryRead(format, payload, out var offered, out var error);

            Assert.Equal(isGood, error is null);
            Assert.Equal(isGood, !offered.Rejected);
            if (isGood)
            {
                Assert.Single(Parsed.Events(FrameWriter.Body(offered)));
            }
        });

    /// <summary>A frame that the channel takes brings the subscriber what the frame itself would have.</summary>
    [Fact]
    public void Read_Frame_MeansWhatAParserReads() =>
        Seeds.Each(5000, random =>
        {
            byte[] payload = [.. random.NextPayload(6), .. "\n\n"u8];
            if (!Payload.TryRead(PayloadFormat.Frame, payload, out var offered, out _) || payload.AsSpan().IndexOf("\uFEFF"u8) == 0)
            {
                return;
            }

            var direct = Assert.Single(Parsed.Events(payload));
            var ours = Assert.Single(Parsed.Events(FrameWriter.Body(offered)));
            Assert.Equal((direct.EventType, direct.Data), (ours.EventType, ours.Data));
        });

    private static byte[] NextJson(Random random)
    {
        var json = """{"event":"tick","data":{"a":[1,"\u00e9\ud83d\ude00"]},"retry":250}"""u8.ToArray();
        for (var left = random.Next(4); left > 0; left--)
        {
            json[random.Next(json.Length)] = (byte)random.Next(256);
        }

        return json[..random.Next(json.Length / 2, json.Length + 1)];
    }
}
