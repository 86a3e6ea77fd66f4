using System.Text;
using SseFabric.Channels.Resp;

namespace SseFabric.Unit.Resp;

public class RespReaderTests
{
    [Theory]
    [InlineData("+OK\r\n", RespKind.SimpleString, "OK", 0)]
    [InlineData("-ERR no\r\n", RespKind.Error, "ERR no", 0)]
    [InlineData(":-42\r\n", RespKind.Integer, "", -42)]
    [InlineData("$5\r\na\r\nbc\r\n", RespKind.Bulk, "a\r\nbc", 5)]
    [InlineData("$0\r\n\r\n", RespKind.Bulk, "", 0)]
    [InlineData("$-1\r\n", RespKind.Null, "", 0)]
    [InlineData("*-1\r\n", RespKind.Null, "", 0)]
    [InlineData("_\r\n", RespKind.Null, "", 0)]
    [InlineData("#t\r\n", RespKind.Scalar, "t", 0)]
    [InlineData(",3.25\r\n", RespKind.Scalar, "3.25", 0)]
    [InlineData("=7\r\ntxt:abc\r\n", RespKind.Bulk, "txt:abc", 7)]
    [InlineData("!6\r\nERR no\r\n", RespKind.Error, "ERR no", 6)]
    [InlineData("*3\r\n", RespKind.Array, "", 3)]
    [InlineData("~3\r\n", RespKind.Array, "", 3)]
    [InlineData(">3\r\n", RespKind.Push, "", 3)]
    [InlineData("%2\r\n", RespKind.Map, "", 2)]
    public void Read_WholeValue_IsComplete(string text, object kind, string bytes, long count)
    {
        var reader = new RespReader(Encoding.UTF8.GetBytes(text));

        Assert.Equal(RespStatus.Complete, reader.TryRead(out var token));
        Assert.Equal((RespKind)kind, token.Kind);
        Assert.Equal(bytes, Encoding.UTF8.GetString(token.Bytes));
        Assert.Equal(count, token.Count);
        Assert.Equal(text.Length, reader.Position);
    }

    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData(":-42\r\n")]
    [InlineData("$5\r\na\r\nbc\r\n")]
    [InlineData("*2\r\n$1\r\na\r\n%1\r\n+k\r\n|1\r\n+a\r\n+b\r\n:1\r\n")]
    public void Skip_AnyPrefixOfAValue_IsIncompleteAndMovesNothing(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var length = 0; length < bytes.Length; length++)
        {
            var reader = new RespReader(bytes.AsSpan(0, length));

            Assert.Equal(RespStatus.Incomplete, reader.TrySkipValue());
            Assert.Equal(0, reader.Position);
        }

        var whole = new RespReader(bytes);
        Assert.Equal(RespStatus.Complete, whole.TrySkipValue());
        Assert.Equal(bytes.Length, whole.Position);
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("\r\n")]
    [InlineData("$\r\n")]
    [InlineData("$-\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$5x\r\n")]
    [InlineData("$5\rx")]
    [InlineData("$1\r\nab\r\n")]
    [InlineData("$99999999999999999999")]
    [InlineData("$9223372036854775808\r\n")]
    [InlineData("$536870913\r\n")]
    [InlineData("*2147483647\r\n")]
    [InlineData("*-5\r\n")]
    [InlineData("+O\rK\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n")]
    public void Skip_BrokenOrBeyondALimit_IsInvalid(string text)
    {
        var reader = new RespReader(Encoding.UTF8.GetBytes(text));

        Assert.Equal(RespStatus.Invalid, reader.TrySkipValue());
    }

    [Fact]
    public void Read_LineWithoutEnd_IsInvalidBeyondTheLimit()
    {
        var reader = new RespReader(Encoding.UTF8.GetBytes("+" + new string('a', RespLimits.MaxLineBytes + 1)));

        Assert.Equal(RespStatus.Invalid, reader.TryRead(out _));
    }

    [Fact]
    public void Skip_NestedCountsWhoseSumIsTooLarge_IsInvalid()
    {
        var text = new StringBuilder("*3\r\n");
        for (var i = 0; i < 3; i++)
        {
            text.Append("*30000\r\n").Insert(text.Length, ":1\r\n", 30000);
        }

        var reader = new RespReader(Encoding.UTF8.GetBytes(text.ToString()));

        Assert.Equal(RespStatus.Invalid, reader.TrySkipValue());
    }

    [Fact]
    public void Read_RandomBytes_NeverThrows()
    {
        var random = new Random(20261121);
        var bytes = new byte[64];
        for (var round = 0; round < 200_000; round++)
        {
            var span = bytes.AsSpan(0, random.Next(bytes.Length));
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"*$>+-:%|_#=!~0123456789\r\n\r\n"[random.Next(27)];
            }

            var reader = new RespReader(span);
            var status = reader.TrySkipValue();

            Assert.InRange(reader.Position, status == RespStatus.Complete ? 1 : 0, span.Length);
        }
    }

    [Fact]
    public void Read_Messages_AllocatesNothing()
    {
        var bytes = Encoding.UTF8.GetBytes("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n");
        Skip(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Skip(bytes);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Skip(byte[] bytes) => new RespReader(bytes).TrySkipValue();
    }
}
