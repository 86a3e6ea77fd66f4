using Microsoft.Extensions.Configuration;
using SseFabric.Channels.Configuration;

namespace SseFabric.Channels.Hosting;

/// <summary>What a program starts with, once its command line and configuration have been read and found good.</summary>
/// <param name="Configuration">All of the configuration; the command line goes first.</param>
/// <param name="Options">The section <c>Fabric</c>.</param>
/// <param name="EnvironmentName">The hosting environment.</param>
/// <param name="ContentRoot">Where relative paths begin.</param>
public sealed record ProgramStart(IConfigurationRoot Configuration, FabricOptions Options, string EnvironmentName, string ContentRoot)
{
    /// <summary>The exit code of a program whose options are refused.</summary>
    public const int BadOptions = 2;

    /// <summary>Reads the command line and all configuration, or prints the help page, the version or every error.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="program">The program.</param>
    /// <param name="start">What to start with; null if the program has to end.</param>
    /// <param name="alsoCheck">The program's own checks of its configuration.</param>
    /// <returns>The exit code, if the program has to end.</returns>
    public static int TryRead(
        IReadOnlyList<string> args, FabricProgram program, out ProgramStart? start, Func<ProgramStart, IEnumerable<OptionError>>? alsoCheck = null)
    {
        start = null;
        var commandLine = CommandLine.Parse(args, program);
        if (commandLine.Help || commandLine.Version)
        {
            Console.Out.WriteLine(commandLine.Help ? HelpPage.Text(program) : HelpPage.Version(program));
            return 0;
        }

        var errors = new List<OptionError>(commandLine.Errors);
        var read = ProgramConfiguration.Read(commandLine, program, errors);
        errors.AddRange(alsoCheck?.Invoke(read) ?? []);
        if (errors.Count == 0)
        {
            start = read;
            return 0;
        }

        foreach (var error in errors)
        {
            Console.Error.WriteLine(error);
        }

        return BadOptions;
    }
}
