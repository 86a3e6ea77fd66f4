using System.Text;
using SseFabric.Channels.Resp;

namespace SseFabric.Unit.Resp;

public class RespWriterTests
{
    [Fact]
    public void Write_EveryKind_IsAsRedisWritesIt()
    {
        var writer = new RespWriter();
        writer.Simple("OK"u8);
        writer.Error("ERR two\r\nlines\rand a half");
        writer.Integer(long.MinValue);
        writer.Bulk("\u00e4"u8);
        writer.Bulk("\u00e4");
        writer.Array(2);
        writer.Map(2);
        writer.Null();
        writer.NullArray();
        writer.Resp3 = true;
        writer.Map(2);
        writer.Null();

        Assert.Equal(
            "+OK\r\n-ERR two lines and a half\r\n:-9223372036854775808\r\n$2\r\n\u00e4\r\n$2\r\n\u00e4\r\n*2\r\n*4\r\n$-1\r\n*-1\r\n%2\r\n_\r\n",
            Encoding.UTF8.GetString(writer.Written.Span));
    }

    [Fact]
    public void Clear_AfterMuch_LetsGoOfTheMemory()
    {
        var writer = new RespWriter();
        writer.Bulk(new byte[1 << 20]);
        writer.Clear();

        Assert.Equal(0, writer.Written.Length);
    }
}
