using System.Text;
using System.Text.Json;
using SseFabric.Contracts;
using SseFabric.Frontend.Dashboard;

namespace SseFabric.Unit.Dashboard;

/// <summary>What the tail says of an event.</summary>
[Trait("Suite", "Unit")]
public sealed class TailFormatTests
{
    [Fact]
    public void Describe_Text_SaysAllOfIt()
    {
        var said = Describe(new NewEvent("price", "two\nlines €"u8.ToArray()));

        Assert.Equal(("price", "1-2", 3, 13), (said.GetProperty("type").GetString(), said.GetProperty("position").GetString(), said.GetProperty("time").GetInt32(), said.GetProperty("size").GetInt32()));
        Assert.Equal("two\nlines €", said.GetProperty("text").GetString());
        Assert.False(said.TryGetProperty("hex", out _));
    }

    [Fact]
    public void Describe_Frame_SaysWhatIsInIt()
    {
        var said = Describe(new NewEvent("message", "id: 7\nevent: price\ndata: a\ndata: b\n\n"u8.ToArray()) { IsFrame = true });

        Assert.Equal(("price", "a\nb"), (said.GetProperty("type").GetString(), said.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Describe_LongText_IsCutBetweenCharacters(int before)
    {
        var data = Encoding.UTF8.GetBytes(new string('x', before) + string.Concat(Enumerable.Repeat("😀", 2000)));

        var said = Describe(new NewEvent(data));

        Assert.Equal(data.Length, said.GetProperty("size").GetInt32());
        Assert.Equal(new string('x', before) + string.Concat(Enumerable.Repeat("😀", (TailFormat.MaxText - before) / 4)), said.GetProperty("text").GetString());
    }

    [Fact]
    public void Describe_NoText_SaysItsFirstBytes()
    {
        var data = new byte[100_000];
        data[0] = 0xFF;
        data[1] = 0x0A;

        var said = Describe(new NewEvent(data));

        Assert.Equal("ff0a" + new string('0', (2 * TailFormat.MaxBinary) - 4), said.GetProperty("hex").GetString());
        Assert.False(said.TryGetProperty("text", out _));
    }

    private static JsonElement Describe(NewEvent published) => JsonElement.Parse(TailFormat.Describe(new PublishedEvent(new Cursor(1, 2), 3, published)));
}
