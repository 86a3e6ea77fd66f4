using SseFabric.Channels.Configuration;

namespace SseFabric.Channels.Hosting;

/// <summary>A program's command line, read strictly: <c>--key=value</c> or <c>--key value</c>, nothing unknown, every error at once.</summary>
public sealed class CommandLine
{
    private readonly Dictionary<string, Setting> _settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<OptionError> _errors = [];
    private readonly FabricProgram _program;

    private CommandLine(FabricProgram program) => _program = program;

    /// <summary>Whether <c>--help</c> was given.</summary>
    public bool Help { get; private set; }

    /// <summary>Whether <c>--version</c> was given.</summary>
    public bool Version { get; private set; }

    /// <summary>The file that <c>--config</c> names; null if none.</summary>
    public string? ConfigFile { get; private set; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<OptionError> Errors => _errors;

    /// <summary>The configuration that it sets, the short forms under their full keys.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Configuration =>
        _settings.Where(setting => !IsConfigFile(setting.Key)).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value.Text));

    /// <summary>Reads the arguments of a program.</summary>
    public static CommandLine Parse(IReadOnlyList<string> args, FabricProgram program)
    {
        var commandLine = new CommandLine(program);
        for (var i = 0; i < args.Count;)
        {
            i += commandLine.Take(args[i], i + 1 < args.Count ? args[i + 1] : null);
        }

        commandLine.ConfigFile = commandLine._settings.GetValueOrDefault(CommandLineOptions.Config)?.Text;
        return commandLine;
    }

    /// <summary>Takes one argument, with the next one if that is its value.</summary>
    /// <returns>How many were taken.</returns>
    private int Take(string arg, string? next)
    {
        if (arg is "-h" or "-?")
        {
            arg = "--help";
        }

        if (!arg.StartsWith("--", StringComparison.Ordinal) || arg.Length == 2)
        {
            _errors.Add(OptionError.OfValue("command line", arg, "options that begin with --; see --help"));
            return 1;
        }

        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? arg[2..] : arg[2..equals];
        if (TakeFlag(name, hasValue: equals >= 0))
        {
            return 1;
        }

        var isNext = equals < 0 && next?.StartsWith("--", StringComparison.Ordinal) == false;
        var text = equals >= 0 ? arg[(equals + 1)..] : isNext ? next : null;
        if (CommandLineOptions.KeyOf(name, _program) is not { } key)
        {
            _errors.Add(OptionError.OfUnknownKey($"--{name}", text, CommandLineOptions.Known(_program)));
        }
        else if (text is null)
        {
            _errors.Add(new OptionError($"--{name}", "its value is missing", $"--{name}=VALUE or --{name} VALUE"));
        }
        else
        {
            Set(name, key, text);
        }

        return isNext ? 2 : 1;
    }

    private bool TakeFlag(string name, bool hasValue)
    {
        var isHelp = name.Equals("help", StringComparison.OrdinalIgnoreCase);
        var isVersion = name.Equals("version", StringComparison.OrdinalIgnoreCase);
        if ((isHelp || isVersion) && hasValue)
        {
            _errors.Add(new OptionError($"--{name}", "it has a value", $"--{name} alone"));
        }

        Help |= isHelp;
        Version |= isVersion;
        return isHelp || isVersion;
    }

    private void Set(string name, string key, string text)
    {
        if (CommandLineOptions.IsPort(name))
        {
            if (!ushort.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port))
            {
                _errors.Add(OptionError.OfValue($"--{name}", text, "a port, 0 (any free one) to 65535"));
                return;
            }

            text = $"http://127.0.0.1:{port}";
        }

        var setting = new Setting(name, text);
        if (_settings.TryAdd(key, setting) || _settings[key].Text == text)
        {
            return;
        }

        var first = _settings[key].Name;
        _errors.Add(new OptionError($"--{name}", $"{Redaction.Quoted(key, text)} contradicts --{first}, given before", $"one of the two"));
    }

    private static bool IsConfigFile(string key) => key.Equals(CommandLineOptions.Config, StringComparison.OrdinalIgnoreCase);

    /// <summary>A value under the name that it was given by.</summary>
    private sealed record Setting(string Name, string Text);
}
