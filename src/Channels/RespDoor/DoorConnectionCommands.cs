using System.Globalization;
using SseFabric.Channels.Resp;

namespace SseFabric.Channels.RespDoor;

/// <summary>What clients send on connect and between publishes, answered as Redis does.</summary>
internal static class DoorConnectionCommands
{
    private const string WrongPassword = "WRONGPASS invalid username-password pair or user is disabled.";
    private const string BadName = "ERR Client names cannot contain spaces, newlines or special characters.";

    public static void Ping(DoorSession session, RespCommand command)
    {
        switch (command.Count)
        {
            case 1:
                session.Replies.Simple("PONG"u8);
                break;
            case 2:
                session.Replies.Bulk(command[1]);
                break;
            default:
                session.Replies.Error("ERR wrong number of arguments for 'ping' command");
                break;
        }
    }

    public static void Echo(DoorSession session, RespCommand command) => session.Replies.Bulk(command[1]);

    public static void Select(DoorSession session, RespCommand command)
    {
        // There are no databases, and channels don't belong to one in Redis either.
        if (!int.TryParse(command[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            session.Replies.Error("ERR value is not an integer or out of range");
        }
        else if (index is < 0 or > 15)
        {
            session.Replies.Error("ERR DB index is out of range");
        }
        else
        {
            session.Replies.Simple("OK"u8);
        }
    }

    public static void Quit(DoorSession session, RespCommand command)
    {
        session.IsEnding = true;
        session.Replies.Simple("OK"u8);
    }

    public static void Reset(DoorSession session, RespCommand command)
    {
        session.Reset();
        session.Replies.Simple("RESET"u8);
    }

    public static void Multi(DoorSession session, RespCommand command)
    {
        if (session.Transaction is not null)
        {
            session.Replies.Error("ERR MULTI calls can not be nested");
            return;
        }

        session.Transaction = new DoorTransaction();
        session.Replies.Simple("OK"u8);
    }

    public static void Discard(DoorSession session, RespCommand command)
    {
        if (session.Transaction is null)
        {
            session.Replies.Error("ERR DISCARD without MULTI");
            return;
        }

        session.Transaction = null;
        session.Replies.Simple("OK"u8);
    }

    public static void Auth(DoorSession session, RespCommand command)
    {
        if (command.Count > 3)
        {
            session.Replies.Error("ERR syntax error");
        }
        else if (command.Count == 2 && !session.NeedsPassword)
        {
            session.Replies.Error("ERR AUTH <password> called without any password configured for the default user. "
                + "Are you sure your configuration is correct?");
        }
        else if (command.Count == 2 ? session.TryLogIn("default"u8, command[1]) : session.TryLogIn(command[1], command[2]))
        {
            session.Replies.Simple("OK"u8);
        }
        else
        {
            session.Replies.Error(WrongPassword);
        }
    }

    public static void Hello(DoorSession session, RespCommand command)
    {
        if (Greet(session, command) is { } error)
        {
            session.Replies.Error(error);
            return;
        }

        var replies = session.Replies;
        replies.Map(7);
        replies.Bulk("server"u8);
        replies.Bulk("sse-fabric"u8);
        replies.Bulk("version"u8);
        replies.Bulk(DoorServer.RedisVersion);
        replies.Bulk("proto"u8);
        replies.Integer(replies.Resp3 ? 3 : 2);
        replies.Bulk("id"u8);
        replies.Integer(session.Id);
        replies.Bulk("mode"u8);
        replies.Bulk("standalone"u8);
        replies.Bulk("role"u8);
        replies.Bulk("master"u8);
        replies.Bulk("modules"u8);
        replies.Array(0);
    }

    /// <summary>Sets the name that the client has in lists and logs, or says why not.</summary>
    public static string? Rename(DoorSession session, ReadOnlySpan<byte> name)
    {
        if (name.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            return BadName;
        }

        session.Name = System.Text.Encoding.ASCII.GetString(name);
        return null;
    }

    private static string? Greet(DoorSession session, RespCommand command)
    {
        var isResp3 = session.Replies.Resp3;
        if (command.Count > 1)
        {
            if (!int.TryParse(command[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var version))
            {
                return "ERR Protocol version is not an integer or out of range";
            }

            if (version is < 2 or > 3)
            {
                return "NOPROTO unsupported protocol version";
            }

            isResp3 = version == 3;
        }

        var nameAt = 0;
        for (var i = 2; i < command.Count; i++)
        {
            if (command.Is(i, "AUTH"u8) && i + 2 < command.Count)
            {
                if (!session.TryLogIn(command[i + 1], command[i + 2]))
                {
                    return WrongPassword;
                }

                i += 2;
            }
            else if (command.Is(i, "SETNAME"u8) && i + 1 < command.Count)
            {
                nameAt = ++i;
            }
            else
            {
                return $"ERR Syntax error in HELLO option '{command.Text(i)}'";
            }
        }

        if (!session.IsAuthenticated)
        {
            return "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option "
                + "can be used to authenticate the client and select the RESP protocol version at the same time";
        }

        if (nameAt > 0 && Rename(session, command[nameAt]) is { } error)
        {
            return error;
        }

        session.Replies.Resp3 = isResp3;
        return null;
    }
}
