using System.Text;
using SseFabric.Frontend.Framing;

namespace SseFabric.Unit.Framing;

/// <summary>Frames as chunks.</summary>
[Trait("Suite", "Unit")]
public sealed class FrameBlockTests
{
    [Fact]
    public void Of_Frames_AreAChunkEach()
    {
        var block = FrameBlock.Of(Frame("id: 1\n", "data: x\n\n"), Frame("", new string('y', 300)));

        Assert.Equal($"f\r\nid: 1\ndata: x\n\n\r\n12c\r\n{new string('y', 300)}\r\n", Encoding.ASCII.GetString(block.Bytes));
        Assert.Equal((2, 15, 300), (block.Count, block.Length(0), block.Length(1)));
        Assert.Equal("id: 1\ndata: x\n\n", Encoding.ASCII.GetString(block.Payload(0).Span));
        Assert.Equal((0, 20, block.Bytes.Length), (block.Begin(0), block.Begin(1), block.Begin(2)));
    }

    /// <summary>A chunk of nothing would end the response.</summary>
    [Fact]
    public void Of_EmptyFrame_IsNoChunk()
    {
        var block = FrameBlock.Of(Frame("", "a"), Frame("", ""), Frame("", "b"));

        Assert.Equal("1\r\na\r\n1\r\nb\r\n", Encoding.ASCII.GetString(block.Bytes));
        Assert.Equal(0, block.Length(1));
    }

    [Fact]
    public void Of_LastFrame_EndsTheBlock()
    {
        var block = FrameBlock.Of(Frame("", "a"), Frame("", "b") with { IsLast = true }, Frame("", "c"));

        Assert.Equal((2, true), (block.Count, block.IsLast));
        Assert.Equal("1\r\na\r\n1\r\nb\r\n", Encoding.ASCII.GetString(block.Bytes));
    }

    [Fact]
    public void FrameAt_EveryOffset_IsTheFrameWhoseChunkHasIt() =>
        Seeds.Each(100, random =>
        {
            var block = FrameBlock.Of([.. Enumerable.Range(0, random.Next(1, 20)).Select(i => Frame("", new string('x', random.Next(1, 40))))]);
            for (var offset = 0; offset < block.Bytes.Length; offset++)
            {
                var frame = block.FrameAt(offset);
                Assert.InRange(offset, block.Begin(frame), block.Begin(frame + 1) - 1);
            }
        });

    private static Frame Frame(string first, string second) => new(Encoding.ASCII.GetBytes(first), Encoding.ASCII.GetBytes(second), [], 0);
}
