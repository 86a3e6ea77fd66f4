using System.Text;
using SseFabric.TestKit.Http;

namespace SseFabric.Unit.TestKit;

[Trait("Suite", "Unit")]
public sealed class ChunkDecoderTests
{
    [Theory]
    [InlineData("3\r\nabc\r\n0\r\n\r\n", "abc")]
    [InlineData("3;ext=1\r\nabc\r\n0A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", "abc0123456789")]
    [InlineData("0\r\n\r\n", "")]
    public void Decode_AnyPieces_GivesTheBody(string wire, string body)
    {
        var bytes = Encoding.ASCII.GetBytes(wire);
        foreach (var piece in new[] { 1, 2, 5, bytes.Length })
        {
            var decoder = new ChunkDecoder();
            var log = new ByteLog();
            foreach (var part in bytes.Chunk(piece))
            {
                Assert.False(decoder.IsDone);
                decoder.Decode(part, log);
            }

            Assert.True(decoder.IsDone);
            Assert.Equal(body, log.Text);
        }
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("1\r\nab")]
    [InlineData("0\r\n\r\nmore")]
    public void Decode_Malformed_Throws(string wire) =>
        Assert.Throws<InvalidDataException>(() => new ChunkDecoder().Decode(Encoding.ASCII.GetBytes(wire), new ByteLog()));
}
