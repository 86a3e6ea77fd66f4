using SseFabric.Channels.Resp;

namespace SseFabric.Channels.RespDoor;

/// <summary>CLIENT and its subcommands, as far as libraries send them. Settings that mean nothing here are answered OK.</summary>
internal static class DoorClientCommand
{
    public static void Run(DoorSession session, RespCommand command)
    {
        var replies = session.Replies;
        switch (command.Text(1).ToUpperInvariant(), command.Count)
        {
            case ("SETNAME", 3):
                Answer(session, DoorConnectionCommands.Rename(session, command[2]));
                break;
            case ("GETNAME", 2) when session.Name.Length == 0:
                replies.Null();
                break;
            case ("GETNAME", 2):
                replies.Bulk(session.Name);
                break;
            case ("ID", 2):
                replies.Integer(session.Id);
                break;
            case ("INFO", 2) or ("LIST", _):
                replies.Bulk(Describe(session));
                break;
            case ("SETINFO", 4) when command.Is(2, "LIB-NAME"u8) || command.Is(2, "LIB-VER"u8):
                replies.Simple("OK"u8);
                break;
            case ("SETINFO", 4):
                replies.Error($"ERR Unrecognized option '{command.Text(2)}'");
                break;
            case ("NO-EVICT", 3) or ("NO-TOUCH", 3):
            case ("REPLY", 3) when command.Is(2, "ON"u8):
            case ("TRACKING", 3) when command.Is(2, "OFF"u8):
            case ("MAINT_NOTIFICATIONS", _) when command.Count > 2 && command.Is(2, "OFF"u8):
                replies.Simple("OK"u8);
                break;
            case ("SETNAME" or "GETNAME" or "ID" or "INFO" or "SETINFO" or "NO-EVICT" or "NO-TOUCH", _):
                replies.Error($"ERR wrong number of arguments for 'client|{command.Text(1).ToLowerInvariant()}' command");
                break;
            default:
                replies.Error($"ERR unknown subcommand '{command.Text(1)}'. Try CLIENT HELP.");
                break;
        }
    }

    private static void Answer(DoorSession session, string? error)
    {
        if (error is null)
        {
            session.Replies.Simple("OK"u8);
        }
        else
        {
            session.Replies.Error(error);
        }
    }

    // A publisher sees itself and no other: who else publishes is none of its business.
    private static string Describe(DoorSession session) =>
        $"id={session.Id} addr={session.Address} name={session.Name} db=0 sub=0 psub=0 multi={session.Transaction?.Commands.Count ?? -1} "
        + $"cmd=client user=default resp={(session.Replies.Resp3 ? 3 : 2)}\n";
}
