using SseFabric.Client.Cli.Commands;

namespace SseFabric.Client.Cli;

/// <summary>Runs the command that the arguments name.</summary>
internal static class CommandLine
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Interruption interruption)
    {
        if (args.TakeWhile(arg => arg != "--").Any(arg => arg is "--help" or "-h" or "-?"))
        {
            await Console.Out.WriteLineAsync(HelpPage.Text);
            return ExitCode.Done;
        }

        switch (args)
        {
            case ["--version"]:
                await Console.Out.WriteLineAsync(HelpPage.Version);
                return ExitCode.Done;
            case ["publish", .. var rest]:
                return await PublishCommand.RunAsync(rest, interruption.Token);
            case ["listen", .. var rest]:
                return await ListenCommand.RunAsync(rest, interruption.Token);
            case [var unknown, ..]:
                return BadUsage([$"'{unknown}' is no command; there are publish and listen."]);
            default:
                return BadUsage(["A command is missing; there are publish and listen."]);
        }
    }

    /// <summary>Prints what is wrong with the command line.</summary>
    /// <returns>The exit code.</returns>
    public static int BadUsage(IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            Console.Error.WriteLine(error);
        }

        Console.Error.WriteLine("See ssefabric --help.");
        return ExitCode.BadUsage;
    }
}
