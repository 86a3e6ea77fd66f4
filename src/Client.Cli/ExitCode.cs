namespace SseFabric.Client.Cli;

/// <summary>What the program ends with.</summary>
internal static class ExitCode
{
    /// <summary>Published; or listened until it was interrupted.</summary>
    public const int Done = 0;

    /// <summary>Not accepted, not reachable, or refused.</summary>
    public const int Failed = 1;

    /// <summary>The command line can't be understood.</summary>
    public const int BadUsage = 2;

    /// <summary>Interrupted before it was published: 128 and the number of SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
