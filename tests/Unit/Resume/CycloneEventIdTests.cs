using System.Text;
using SseFabric.Contracts;
using SseFabric.Frontend.Resume;

namespace SseFabric.Unit.Resume;

[Trait("Suite", "Unit")]
public sealed class CycloneEventIdTests
{
    [Fact]
    [Trait("Parity", "22")]
    public void Line_AnyPosition_LooksLikeAUuidAndIsReadBack() => Seeds.Each(1000, random =>
    {
        var (hash, cursor) = ((uint)random.NextInt64(1L << 32), new Cursor(random.NextInt64((1L << 48) - 1), random.NextInt64((1L << 48) - 1)));
        var line = Encoding.ASCII.GetString(CycloneEventId.Line(hash, cursor));

        Assert.Matches("\\Aid: [0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\n\\z", line);
        Assert.True(CycloneEventId.TryRead(line[4..^1], out var readHash, out var readCursor, out var moment));
        Assert.Equal((hash, cursor, null), (readHash, readCursor, moment));
    });

    [Fact]
    public void Line_PositionBeyondTheBits_IsUnknownWhenItComesBack()
    {
        foreach (var cursor in new[] { new Cursor(1L << 48, 1), new Cursor(1, (1L << 48) - 1), new Cursor(long.MaxValue, long.MaxValue) })
        {
            Assert.False(CycloneEventId.TryRead(Encoding.ASCII.GetString(CycloneEventId.Line(7, cursor))[4..^1], out _, out _, out _));
        }
    }

    [Fact]
    public void MomentLine_IsReadBackAsAMoment()
    {
        Assert.True(CycloneEventId.TryRead(Encoding.ASCII.GetString(CycloneEventId.MomentLine(7, 1_764_000_000_000))[4..^1], out _, out _, out var moment));
        Assert.Equal(1_764_000_000_000, moment);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1764000000000-3")]
    [InlineData("0f8fad5bd9cb469fa16570867728950e")]
    [InlineData("{0f8fad5b-d9cb-469f-a165-70867728950e}")]
    [InlineData("0f8fad5b-d9cb-469f-a165-70867728950g")]
    public void TryRead_AnythingElse_IsNone(string id) => Assert.False(CycloneEventId.TryRead(id, out _, out _, out _));
}
