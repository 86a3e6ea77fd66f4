namespace SseFabric.Channels.Configuration;

/// <summary>Which program reads the configuration; some combinations are possible in one only.</summary>
public enum FabricProgram
{
    /// <summary><c>SseFabric.Frontend</c>.</summary>
    Frontend = 0,

    /// <summary><c>SseFabric.Silo</c>.</summary>
    Silo = 1,
}
