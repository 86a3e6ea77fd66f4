using System.Collections.Frozen;
using System.Text;
using SseFabric.Channels.Resp;

namespace SseFabric.Channels.RespDoor;

/// <summary>The commands that the door knows. Immutable; any thread.</summary>
internal static class DoorCommandTable
{
    private const int MaxNameBytes = 32;

    private static readonly FrozenDictionary<string, DoorCommand> s_commands = new DoorCommand[]
    {
        new("publish", 3, null),
        new("spublish", 3, null),
        new("exec", 1, null) { IsImmediate = true },
        new("multi", 1, DoorConnectionCommands.Multi) { IsImmediate = true },
        new("discard", 1, DoorConnectionCommands.Discard) { IsImmediate = true },
        new("auth", -2, DoorConnectionCommands.Auth) { IsOpen = true },
        new("hello", -1, DoorConnectionCommands.Hello) { IsOpen = true },
        new("quit", -1, DoorConnectionCommands.Quit) { IsOpen = true, IsImmediate = true },
        new("reset", 1, DoorConnectionCommands.Reset) { IsOpen = true, IsImmediate = true },
        new("ping", -1, DoorConnectionCommands.Ping),
        new("echo", 2, DoorConnectionCommands.Echo),
        new("select", 2, DoorConnectionCommands.Select),
        new("client", -2, DoorClientCommand.Run),
        new("info", -1, DoorServerCommands.Info),
        new("command", -1, DoorServerCommands.Command),
    }.ToFrozenDictionary(static command => command.Name, StringComparer.Ordinal);

    public static IReadOnlyList<DoorCommand> All => s_commands.Values;

    public static DoorCommand? Find(ReadOnlySpan<byte> name)
    {
        Span<char> lower = stackalloc char[MaxNameBytes];
        return name.Length <= MaxNameBytes
            && Ascii.ToLower(name, lower, out var length) == System.Buffers.OperationStatus.Done
            && s_commands.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lower[..length], out var command)
            ? command
            : null;
    }

    /// <summary>The command, or the error that Redis gives.</summary>
    public static DoorCommand? Find(RespCommand command, bool isAuthenticated, out string error)
    {
        var found = Find(command.Name);
        error = found switch
        {
            null => Unknown(command),
            _ when !found.Takes(command.Count) => $"ERR wrong number of arguments for '{found.Name}' command",
            _ when !isAuthenticated && !found.IsOpen => "NOAUTH Authentication required.",
            _ => "",
        };
        return error.Length == 0 ? found : null;
    }

    private static string Unknown(RespCommand command)
    {
        const int maxShown = 128;
        var text = new StringBuilder($"ERR unknown command '{Shown(command, 0, maxShown)}', with args beginning with: ");
        for (var i = 1; i < command.Count && text.Length < 2 * maxShown; i++)
        {
            text.Append('\'').Append(Shown(command, i, maxShown)).Append("' ");
        }

        return text.ToString();
    }

    private static string Shown(RespCommand command, int index, int max) =>
        Encoding.UTF8.GetString(command[index][..Math.Min(max, command[index].Length)]);
}
