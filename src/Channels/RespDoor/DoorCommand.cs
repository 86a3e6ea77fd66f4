using SseFabric.Channels.Resp;

namespace SseFabric.Channels.RespDoor;

/// <summary>A command that the door knows.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Arity">How many arguments it has, its name included; negative: at least so many. As Redis counts.</param>
/// <param name="Run">Carries it out and writes the reply; null for those that the connection handles itself.</param>
internal sealed record DoorCommand(string Name, int Arity, Action<DoorSession, RespCommand>? Run)
{
    /// <summary>Whether it is carried out before authentication.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether it is carried out at once between MULTI and EXEC too.</summary>
    public bool IsImmediate { get; init; }

    public bool Takes(int count) => Arity >= 0 ? count == Arity : count >= -Arity;
}
