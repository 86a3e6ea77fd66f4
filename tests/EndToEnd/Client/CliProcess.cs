using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Client;

/// <summary>The real command line, as a user starts it.</summary>
internal static class CliProcess
{
    private static readonly string s_host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    private static readonly string s_program = Repository.Program("Client.Cli", "ssefabric");

    public static ServerProcess Start(params string[] args) => ServerProcess.Start(s_host, [s_program, .. args]);

    /// <summary>Runs it to its end within a shell.</summary>
    /// <param name="script">What the shell runs; <c>ssefabric</c> is the program, <c>$1</c>… the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static Task<(int ExitCode, string Output)> RunScriptAsync(string script, params string[] args) =>
        RunToEndAsync(ServerProcess.Start("/bin/sh", ["-c", $"ssefabric() {{ '{s_host}' '{s_program}' \"$@\"; }}; {script}", "sh", .. args]));

    /// <summary>Runs it to its end.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(params string[] args) => RunToEndAsync(Start(args));

    private static async Task<(int ExitCode, string Output)> RunToEndAsync(ServerProcess process)
    {
        await using (process)
        {
            var exitCode = await process.WaitForExitAsync();
            return (exitCode, string.Join('\n', process.Output));
        }
    }
}
