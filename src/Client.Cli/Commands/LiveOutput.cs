using Microsoft.Win32.SafeHandles;

namespace SseFabric.Client.Cli.Commands;

/// <summary>Standard output, each line at once.</summary>
internal static class LiveOutput
{
    private const int StandardOutput = 1;

    /// <summary>A writer that fails with an <see cref="IOException"/> once nobody reads any more, where the console's goes on as if nothing were.</summary>
    public static StreamWriter Open() => new(
        OperatingSystem.IsWindows()
            ? Console.OpenStandardOutput()
            : new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0))
    {
        AutoFlush = true,
    };
}
