using SseFabric.Channels.Resp;

namespace SseFabric.Channels.RespDoor;

/// <summary>The commands between MULTI and EXEC. One thread.</summary>
internal sealed class DoorTransaction
{
    /// <summary>The bound on the commands kept, in bytes with a flat charge for each.</summary>
    public const long MaxBytes = 16L << 20;

    private const int Charge = 256;

    private readonly List<RespCommand> _commands = [];
    private long _bytes;

    public IReadOnlyList<RespCommand> Commands => _commands;

    /// <summary>Whether a command was refused; EXEC then does nothing.</summary>
    public bool IsBroken { get; set; }

    public bool TryAdd(RespCommand command)
    {
        for (var i = 0; i < command.Count; i++)
        {
            _bytes += command[i].Length;
        }

        _bytes += Charge;
        if (_bytes > MaxBytes)
        {
            return false;
        }

        _commands.Add(command.Copy());
        return true;
    }
}
