using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Publishing;

namespace SseFabric.Unit.Publishing;

[Trait("Suite", "Unit")]
public sealed class PublishJsonTests
{
    /// <summary>Whatever comes in: events, or a refusal with a reason, and no exception.</summary>
    [Fact]
    public void Read_AnyText_IsEventsOrARefusalWithAReason() =>
        Seeds.Each(20_000, random =>
        {
            string[] parts =
            [
                "{", "}", "[", "]", ",", ":", "\"channel\":\"a\"", "\"message\":", "\"data\":", "\"event\":\"e\"", "\"retry\":5", "\"dataBase64\":\"YQ==\"", "\"x\"", "1", "null", "\n", " ",
                "\\", "\"", "\"\\ud83d\"", "\"\\u0041\"", "{\"channel\":\"a\",\"message\":\"m\"}", "{\"data\":{\"b\":[1]}}", "\uFEFF", "é",
            ];
            var text = new StringBuilder();
            for (var left = random.Next(12); left > 0; left--)
            {
                text.Append(parts[random.Next(parts.Length)]);
            }

            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            foreach (var read in new Reader[] { PublishJson.ReadItems, PublishJson.ReadItemLines, PublishJson.ReadEventLines })
            {
                var publication = new Publication(new ChannelRules([]));
                var query = new PublishItem();
                query.AddChannel("q"u8);
                var refusal = read(bytes, (item, where) =>
                {
                    item.Complete(query);
                    return publication.Add(item, where);
                });

                Assert.True(refusal is null || (refusal.Status == 400 && refusal.Detail.EndsWith('.')), refusal?.Detail);
                Assert.Equal(publication.Count, publication.Parts.Sum(part => part.Events.Count));
            }
        });

    [Fact]
    public void Add_TenThousandChannelsTimesTwo_IsRefused()
    {
        var publication = new Publication(new ChannelRules([]));
        var item = new PublishItem();
        for (var i = 0; i < 5001; i++)
        {
            Assert.Null(item.AddChannel(Encoding.UTF8.GetBytes($"c{i}")));
        }

        item.AddMessage("a"u8.ToArray());
        item.AddMessage("b"u8.ToArray());

        Assert.Equal(413, publication.Add(item, "")?.Status);
    }

    [Fact]
    public void Form_WithCountlessItems_KeepsNothingOfThem()
    {
        var item = new PublishItem();

        Assert.Null(PublishForm.Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a&=&b=c&", 100_000)) + "channel=x&message="), item));
        Assert.Equal("x", Assert.Single(item.Channels).Value);
        Assert.NotNull(PublishForm.Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("message=&", 10_001))), new PublishItem()));
    }

    private delegate PublishRefusal? Reader(ReadOnlySpan<byte> text, Func<PublishItem, string, PublishRefusal?> take);
}
