using SseFabric.Contracts;
using static SseFabric.Unit.RespDoor.DoorClient;

namespace SseFabric.Unit.RespDoor;

public class RespDoorCommandTests
{
    [Theory]
    [InlineData("PING", "+PONG\r\n")]
    [InlineData("ping|hello", "$5\r\nhello\r\n")]
    [InlineData("PING|a|b", "-ERR wrong number of arguments for 'ping' command\r\n")]
    [InlineData("ECHO|hello", "$5\r\nhello\r\n")]
    [InlineData("ECHO", "-ERR wrong number of arguments for 'echo' command\r\n")]
    [InlineData("SELECT|0", "+OK\r\n")]
    [InlineData("SELECT|99", "-ERR DB index is out of range\r\n")]
    [InlineData("SELECT|x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("CLIENT|SETNAME|me", "+OK\r\n")]
    [InlineData("CLIENT|SETNAME|not me", "-ERR Client names cannot contain spaces, newlines or special characters.\r\n")]
    [InlineData("CLIENT|GETNAME", "$-1\r\n")]
    [InlineData("CLIENT|ID", ":1\r\n")]
    [InlineData("CLIENT|SETINFO|LIB-NAME|x", "+OK\r\n")]
    [InlineData("CLIENT|SETINFO|COLOUR|x", "-ERR Unrecognized option 'COLOUR'\r\n")]
    [InlineData("CLIENT|NO-EVICT|on", "+OK\r\n")]
    [InlineData("CLIENT|ID|x", "-ERR wrong number of arguments for 'client|id' command\r\n")]
    [InlineData("CLIENT|DANCE", "-ERR unknown subcommand 'DANCE'. Try CLIENT HELP.\r\n")]
    [InlineData("COMMAND|COUNT", ":15\r\n")]
    [InlineData("COMMAND|DOCS", "*0\r\n")]
    [InlineData("COMMAND|INFO|publish|nope", "*2\r\n*6\r\n$7\r\npublish\r\n:3\r\n*1\r\n+fast\r\n:0\r\n:0\r\n:0\r\n*-1\r\n")]
    [InlineData("HELLO", "*14\r\n$6\r\nserver\r\n$10\r\nsse-fabric\r\n$7\r\nversion\r\n$5\r\n7.4.0\r\n$5\r\nproto\r\n:2\r\n")]
    [InlineData("HELLO|3", "%7\r\n$6\r\nserver\r\n$10\r\nsse-fabric\r\n$7\r\nversion\r\n$5\r\n7.4.0\r\n$5\r\nproto\r\n:3\r\n")]
    [InlineData("HELLO|3|SETNAME|me", "%7\r\n")]
    [InlineData("HELLO|4", "-NOPROTO unsupported protocol version\r\n")]
    [InlineData("HELLO|x", "-ERR Protocol version is not an integer or out of range\r\n")]
    [InlineData("HELLO|3|DANCE", "-ERR Syntax error in HELLO option 'DANCE'\r\n")]
    [InlineData("AUTH|secret", "-ERR AUTH <password> called without any password configured")]
    [InlineData("AUTH|default|secret", "+OK\r\n")]
    [InlineData("AUTH|other|secret", "-WRONGPASS invalid username-password pair or user is disabled.\r\n")]
    [InlineData("RESET", "+RESET\r\n")]
    [InlineData("EXEC", "-ERR EXEC without MULTI\r\n")]
    [InlineData("DISCARD", "-ERR DISCARD without MULTI\r\n")]
    [InlineData("SET|k|v", "-ERR unknown command 'SET', with args beginning with: 'k' 'v' \r\n")]
    [InlineData("a\r\nb", "-ERR unknown command 'a b', with args beginning with: \r\n")]
    [InlineData("PUBLISH|c", "-ERR wrong number of arguments for 'publish' command\r\n")]
    [InlineData("PUBLISH|c|hello", ":0\r\n")]
    [InlineData("spublish|c|hello", ":0\r\n")]
    [InlineData("PUBLISH||hello", "-ERR invalid channel name: A channel name must not be empty.\r\n")]
    [InlineData("PUBLISH|a\u0007|hello", "-ERR invalid channel name: A channel name must not hold control characters; this one holds U+0007.\r\n")]
    [InlineData("PUBLISH|\u00ff|hello", "-ERR invalid channel name: A channel name must be valid UTF-8.\r\n")]
    public async Task Command_Alone_IsAnsweredAsRedisWould(string command, string reply)
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();

        await client.ExpectAsync(Command(command.Split('|')), reply);
    }

    [Fact]
    public async Task Name_IsKeptAndForgottenByReset()
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();

        await client.ExpectAsync(Command("HELLO", "2", "SETNAME", "me") + Command("QUIT"), "*14\r\n");
        using var other = await door.ConnectAsync();
        await other.ExpectAsync(Command("CLIENT", "SETNAME", "me") + Command("CLIENT", "GETNAME"), "+OK\r\n$2\r\nme\r\n");
        await other.ExpectAsync(Command("RESET") + Command("CLIENT", "GETNAME"), "+RESET\r\n$-1\r\n");
    }

    [Fact]
    public async Task Quit_IsAnsweredAndEndsTheConnection()
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();
        await client.SendAsync(Command("QUIT") + Command("PING"));
        client.Finish();

        Assert.Equal("+OK\r\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Password_IsAskedForAndChecked()
    {
        await using var door = await DoorUnderTest.OpenAsync("s3cret");
        using var client = await door.ConnectAsync();

        await client.ExpectAsync(Command("PUBLISH", "c", "early"), "-NOAUTH Authentication required.\r\n");
        await client.ExpectAsync(Command("HELLO", "3"), "-NOAUTH HELLO must be called with the client already authenticated");
        using var second = await door.ConnectAsync();
        await second.ExpectAsync(Command("AUTH", "wrong"), "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
        await second.ExpectAsync(Command("AUTH", "someone", "s3cret"), "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
        await second.ExpectAsync(Command("AUTH", "s3cret"), "+OK\r\n");
        await second.ExpectAsync(Command("PUBLISH", "c", "now"), ":0\r\n");
        await second.ExpectAsync(Command("RESET") + Command("PING"), "+RESET\r\n-NOAUTH Authentication required.\r\n");
        using var third = await door.ConnectAsync();
        await third.ExpectAsync(Command("HELLO", "3", "AUTH", "default", "s3cret", "SETNAME", "me"), "%7\r\n");

        Assert.Equal(["c=now"], door.Fabric.Published);
    }

    [Fact]
    public async Task Transaction_PublishesOnExec()
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();
        door.Fabric.Answer = (channel, _) => RecordingFabric.Accepted(channel == "a" ? 1 : 2);

        await client.ExpectAsync(Command("MULTI") + Command("PUBLISH", "a", "1") + Command("PUBLISH", "b", "2") + Command("PING"),
            "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n");
        Assert.Empty(door.Fabric.Published);
        await client.ExpectAsync(Command("EXEC"), "*3\r\n:1\r\n:2\r\n+PONG\r\n");

        Assert.Equal(["a=1", "b=2"], door.Fabric.Published);
    }

    [Fact]
    public async Task Transaction_DiscardedOrBroken_PublishesNothing()
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();

        await client.ExpectAsync(Command("MULTI") + Command("PUBLISH", "a", "1") + Command("DISCARD"), "+OK\r\n+QUEUED\r\n+OK\r\n");
        await client.ExpectAsync(
            Command("MULTI") + Command("MULTI") + Command("PUBLISH", "a") + Command("PUBLISH", "a", "1") + Command("EXEC"),
            "+OK\r\n-ERR MULTI calls can not be nested\r\n-ERR wrong number of arguments for 'publish' command\r\n+QUEUED\r\n"
            + "-EXECABORT Transaction discarded because of previous errors.\r\n");
        await client.ExpectAsync(Command("PING"), "+PONG\r\n");

        Assert.Empty(door.Fabric.Published);
    }

    [Theory]
    [InlineData(PublishOutcome.TooLarge, "-ERR the payload is larger than the channel 'c' takes")]
    [InlineData(PublishOutcome.BadFormat, "-ERR the payload is not of the format of the channel 'c'\r\n")]
    [InlineData(PublishOutcome.Overloaded, "-OOM ")]
    [InlineData(PublishOutcome.Unavailable, "-TRYAGAIN ")]
    public async Task Publish_NotAccepted_IsAnError(PublishOutcome outcome, string reply)
    {
        await using var door = await DoorUnderTest.OpenAsync();
        using var client = await door.ConnectAsync();
        door.Fabric.Answer = (_, _) => PublishResult.Refused(outcome);

        await client.ExpectAsync(Command("PUBLISH", "c", "x"), reply);
    }
}
