using System.Net.Sockets;
using System.Text;
using SseFabric.Channels.Configuration;
using static SseFabric.Unit.RespDoor.DoorClient;

namespace SseFabric.Unit.RespDoor;

public class RespDoorFuzzTests
{
    private const int Rounds = 400;

    private static readonly string[] s_valid =
    [
        Command("PUBLISH", "news", "hello"), Command("SPUBLISH", "news", "a\r\nb"), Command("HELLO", "3", "AUTH", "default", "x"), Command("AUTH", "x"),
        Command("CLIENT", "SETNAME", "me"), Command("CLIENT", "INFO"), Command("PING"), Command("ECHO", "hi"), Command("SELECT", "1"), Command("INFO"),
        Command("COMMAND", "DOCS"), Command("MULTI"), Command("EXEC"), Command("RESET"), "PUBLISH news \"in line\"\r\n", "PING\r\n",
        "*3\r\n$7\r\nPUBLISH\r\n$4\r\nnews\r\n$2147483647\r\n", "*2147483647\r\n", "*1000\r\n$1\r\na\r\n", "$1000000\r\n", "*1\r\n*1\r\n*1\r\n",
    ];

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(3, "x")]
    public async Task AnyBytes_EndTheConnectionAtMost(int seed, string? password)
    {
        await using var door = await DoorUnderTest.OpenAsync(password, rules: new ChannelRule { Match = "news", MaxEventBytes = 1000 });
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            using var client = await door.ConnectAsync();
            var bytes = Bytes(random);
            try
            {
                for (var i = 0; i < bytes.Length;)
                {
                    var step = Math.Min(random.Next(1, 200), bytes.Length - i);
                    await client.SendAsync(bytes.AsMemory(i, step));
                    i += step;
                }

                client.Finish();
                await client.ReadToEndAsync();
            }
            catch (SocketException)
            {
                // Closed before everything was sent.
            }
        }

        using var after = await door.ConnectAsync();
        await after.ExpectAsync("QUIT\r\n", "+OK\r\n");
    }

    private static byte[] Bytes(Random random)
    {
        var text = new StringBuilder();
        for (var commands = random.Next(1, 12); commands > 0; commands--)
        {
            text.Append(s_valid[random.Next(s_valid.Length)]);
        }

        var bytes = Encoding.Latin1.GetBytes(text.ToString());
        for (var faults = random.Next(4); faults > 0; faults--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"*$\r\n0123456789-"[random.Next(15)];
        }

        if (random.Next(5) == 0)
        {
            random.NextBytes(bytes);
        }

        return bytes;
    }
}
