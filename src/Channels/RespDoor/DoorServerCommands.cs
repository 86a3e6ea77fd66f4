using System.Globalization;
using SseFabric.Channels.Resp;

namespace SseFabric.Channels.RespDoor;

/// <summary>INFO and COMMAND: as much as client libraries and redis-cli look at.</summary>
internal static class DoorServerCommands
{
    public static void Info(DoorSession session, RespCommand command)
    {
        var uptime = ((long)session.Server.Uptime.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        session.Replies.Bulk(
            $"# Server\r\nredis_version:{DoorServer.RedisVersion}\r\nserver_name:sse-fabric\r\nredis_mode:standalone\r\narch_bits:64\r\n"
            + $"process_id:{Environment.ProcessId}\r\nuptime_in_seconds:{uptime}\r\n\r\n"
            + $"# Clients\r\nconnected_clients:{session.Server.Connections}\r\n\r\n"
            + "# Persistence\r\nloading:0\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n"
            + "# Cluster\r\ncluster_enabled:0\r\n\r\n# Keyspace\r\n");
    }

    public static void Command(DoorSession session, RespCommand command)
    {
        var replies = session.Replies;
        if (command.Count == 1)
        {
            replies.Array(DoorCommandTable.All.Count);
            foreach (var known in DoorCommandTable.All)
            {
                Describe(replies, known);
            }
        }
        else if (command.Is(1, "COUNT"u8) && command.Count == 2)
        {
            replies.Integer(DoorCommandTable.All.Count);
        }
        else if (command.Is(1, "DOCS"u8))
        {
            replies.Map(0);
        }
        else if (command.Is(1, "INFO"u8))
        {
            replies.Array(command.Count - 2);
            for (var i = 2; i < command.Count; i++)
            {
                Describe(replies, DoorCommandTable.Find(command[i]));
            }
        }
        else
        {
            replies.Error($"ERR unknown subcommand '{command.Text(1)}'. Try COMMAND HELP.");
        }
    }

    private static void Describe(RespWriter replies, DoorCommand? command)
    {
        if (command is null)
        {
            replies.NullArray();
            return;
        }

        replies.Array(6);
        replies.Bulk(command.Name);
        replies.Integer(command.Arity);
        replies.Array(1);
        replies.Simple("fast"u8);
        replies.Integer(0);
        replies.Integer(0);
        replies.Integer(0);
    }
}
