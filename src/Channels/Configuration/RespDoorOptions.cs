namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:RespDoor</c>: the listener for publishers that speak the Redis protocol.</summary>
public sealed class RespDoorOptions
{
    /// <summary>Where the door listens unless set.</summary>
    public const string DefaultListen = "127.0.0.1:6380";

    /// <summary>Address and port, as <c>host:port</c>. Default <see cref="DefaultListen"/>; empty: no door. If the default port is taken, a warning and no door.</summary>
    public string Listen { get; set; } = DefaultListen;

    /// <summary>The password that AUTH or HELLO must give. Default null: none is asked for.</summary>
    public string? Password { get; set; }
}
