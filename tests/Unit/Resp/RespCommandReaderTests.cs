using System.Text;
using SseFabric.Channels.Resp;

namespace SseFabric.Unit.Resp;

public class RespCommandReaderTests
{
    private const int Limit = 100;

    [Theory]
    [InlineData("*1\r\n$4\r\nPING\r\n", "PING")]
    [InlineData("*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$4\r\na\r\nb\r\n", "PUBLISH|c|a\r\nb")]
    [InlineData("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "ECHO|")]
    [InlineData("PUBLISH c hello\r\n", "PUBLISH|c|hello")]
    [InlineData("  PING \n", "PING")]
    [InlineData("ECHO \"a \\\"b\\x41\\n\" \r\n", "ECHO|a \"bA\n")]
    [InlineData("ECHO 'a \\'b\\n'\r\n", "ECHO|a 'b\\n")]
    [InlineData("ECHO \"\\x4\"\r\n", "ECHO|x4")]
    [InlineData("ECHO \u00e0\u0145\r\n", "ECHO|\u00e0\u0145")]
    [InlineData("\r\n", "")]
    [InlineData("*0\r\n", "")]
    [InlineData("*-1\r\n", "")]
    public void Read_ByteAtATime_GivesTheArguments(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = Reader();
        var command = new RespCommand();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(RespStatus.Incomplete, reader.TryRead(bytes.AsMemory(0, length), command, out var none));
            Assert.Equal(0, none);
        }

        Assert.Equal(RespStatus.Complete, reader.TryRead(bytes, command, out var consumed));
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal(expected, string.Join('|', Enumerable.Range(0, command.Count).Select(command.Text)));
    }

    [Theory]
    [InlineData("*1\r\n+PING\r\n", "expected '$', got '+'")]
    [InlineData("*1\r\n\u0001", "expected '$', got ' '")]
    [InlineData("*x\r\n", "invalid multibulk length")]
    [InlineData("*1025\r\n", "invalid multibulk length")]
    [InlineData("*99999999999999999999\r\n", "invalid multibulk length")]
    [InlineData("*1\r\n$x\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$-1\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$536870913\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$4\r\nPINGxx", "expected the end of a bulk string")]
    [InlineData("ECHO \"a\r\n", "unbalanced quotes in request")]
    [InlineData("ECHO \"a\"b\r\n", "unbalanced quotes in request")]
    public void Read_Broken_TellsTheFault(string text, string fault)
    {
        var reader = Reader();

        Assert.Equal(RespStatus.Invalid, reader.TryRead(Encoding.Latin1.GetBytes(text), new RespCommand(), out _));
        Assert.Equal(fault, reader.Fault);
    }

    [Theory]
    [InlineData("*11\r\n", "unauthenticated multibulk length")]
    [InlineData("*1\r\n$16385\r\n", "unauthenticated bulk length")]
    public void Read_BeforeLogIn_TrustsLittle(string text, string fault)
    {
        var reader = Reader();
        reader.IsAuthenticated = false;

        Assert.Equal(RespStatus.Invalid, reader.TryRead(Encoding.Latin1.GetBytes(text), new RespCommand(), out _));
        Assert.Equal(fault, reader.Fault);
    }

    [Fact]
    public void Read_InlineWithoutEnd_IsRefusedBeyondTheLimit()
    {
        var reader = Reader();
        var line = Encoding.Latin1.GetBytes(new string('a', RespLimits.MaxLineBytes + 1));

        Assert.Equal(RespStatus.Invalid, reader.TryRead(line, new RespCommand(), out _));
        Assert.Equal("too big inline request", reader.Fault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void Read_OversizedArgument_IsReadPastWithTheRestOfItsCommand(int step)
    {
        var stream = Encoding.Latin1.GetBytes(
            $"*4\r\n$4\r\nECHO\r\n$5000\r\n{new string('x', 5000)}\r\n$0\r\n\r\n$3\r\nabc\r\n*1\r\n$4\r\nPING\r\n");
        var reader = Reader();
        var command = new RespCommand();
        var statuses = new List<RespStatus>();
        var last = "";
        var start = 0;
        var mostHeld = 0;
        for (var end = Math.Min(step, stream.Length); start < stream.Length; end = Math.Min(end + step, stream.Length))
        {
            while (reader.TryRead(stream.AsMemory(start..end), command, out var consumed) is var status)
            {
                start += consumed;
                if (status == RespStatus.Incomplete)
                {
                    break;
                }

                statuses.Add(status);
                last = status == RespStatus.Complete ? command.Text(0) : last;
            }

            mostHeld = Math.Max(mostHeld, end - start);
        }

        Assert.Equal([RespStatus.Oversized, RespStatus.Skipped, RespStatus.Complete], statuses);
        Assert.Equal(5000, reader.OversizedBytes);
        Assert.Equal("PING", last);
        Assert.InRange(mostHeld, 0, step + 40);
    }

    [Fact]
    public void Read_ManySmallArguments_AreBoundedTogether()
    {
        var reader = new RespCommandReader(static _ => RespLimits.MaxArgumentBytes) { IsAuthenticated = true };
        var argument = $"$60000\r\n{new string('x', 60000)}\r\n";
        var bytes = Encoding.Latin1.GetBytes("*1000\r\n" + string.Concat(Enumerable.Repeat(argument, 7)));

        Assert.Equal(RespStatus.Oversized, reader.TryRead(bytes, new RespCommand(), out _));
    }

    private static RespCommandReader Reader() => new(static _ => Limit) { IsAuthenticated = true };
}
