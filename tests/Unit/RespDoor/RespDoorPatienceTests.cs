using System.Net.Sockets;
using SseFabric.TestKit.Waiting;
using static SseFabric.Unit.RespDoor.DoorClient;

namespace SseFabric.Unit.RespDoor;

public class RespDoorPatienceTests
{
    private static readonly TimeSpan s_tooLong = TimeSpan.FromSeconds(32);

    [Fact]
    public async Task Client_ThatNeverLogsIn_IsLeft()
    {
        var time = new ManualTime();
        await using var door = await DoorUnderTest.OpenAsync("s3cret", time);
        using var client = await door.ConnectAsync();
        await client.ExpectAsync("PING\r\nPIN", "-NOAUTH Authentication required.\r\n");

        await SeeEndAsync(time, client);
    }

    [Fact]
    public async Task Client_ThatNeverCompletesACommand_IsLeft()
    {
        var time = new ManualTime();
        await using var door = await DoorUnderTest.OpenAsync(time: time);
        using var client = await door.ConnectAsync();
        await client.ExpectAsync("PING\r\nPIN", "+PONG\r\n");

        await SeeEndAsync(time, client);
    }

    [Fact]
    public async Task Client_ThatIsIdleBetweenCommands_MayStay()
    {
        var time = new ManualTime();
        await using var door = await DoorUnderTest.OpenAsync(time: time);
        using var client = await door.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            await client.ExpectAsync("PING\r\n", "+PONG\r\n");
            time.Advance(s_tooLong);
        }

        await client.ExpectAsync(Command("PUBLISH", "c", "x"), ":0\r\n");
    }

    // The door may not yet have come to its next read when the clock moves: so it is moved until the end is seen.
    private static async Task SeeEndAsync(ManualTime time, DoorClient client)
    {
        var end = ReadAsync(client);
        await Eventually.SeeAsync(
            "the end of the connection",
            () =>
            {
                time.Advance(s_tooLong);
                return end.IsCompleted;
            },
            ended => ended);
        await end;
    }

    private static async Task ReadAsync(DoorClient client)
    {
        try
        {
            await client.ReadToEndAsync();
        }
        catch (SocketException)
        {
            // Reset, as bytes had not been read.
        }
    }
}
