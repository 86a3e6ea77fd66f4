namespace SseFabric.Channels.Hosting;

/// <summary>The one line that a program prints to standard output once it is ready.</summary>
public static class ReadyLine
{
    /// <summary>Makes the line.</summary>
    /// <param name="listensOn">What it listens on, with the ports that it really has.</param>
    /// <param name="origins">Where messages come from.</param>
    public static string Of(IEnumerable<string> listensOn, MessageOrigins origins)
    {
        var from = origins.All.Count == 0 ? "HTTP alone (no Redis, no RESP door)" : string.Join(" and ", origins.All);
        return $"SseFabric is ready: listening on {string.Join(", ", listensOn)}; engine {Engine.Name}; messages from {from}";
    }
}
