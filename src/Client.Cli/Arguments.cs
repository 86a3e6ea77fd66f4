namespace SseFabric.Client.Cli;

/// <summary>A command's arguments, read strictly: <c>--name value</c> or <c>--name=value</c> in any place, every error at once. After <c>--</c> nothing is an option.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];
    private readonly List<string> _operands = [];
    private readonly List<string> _errors = [];

    /// <summary>Reads them.</summary>
    /// <param name="args">What follows the command.</param>
    /// <param name="known">The options that the command has, each with a value.</param>
    public Arguments(IReadOnlyList<string> args, IReadOnlyCollection<string> known)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--")
            {
                _operands.AddRange(args.Skip(i + 1));
                return;
            }

            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                _operands.Add(args[i]);
                continue;
            }

            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i] : args[i][..equals];
            if (!known.Contains(name))
            {
                _errors.Add($"{name}: there is no such option; there are {string.Join(", ", known)}.");
            }
            else if (equals < 0 && i + 1 == args.Count)
            {
                _errors.Add($"{name}: its value is missing.");
            }
            else if (!_options.TryAdd(name, equals < 0 ? args[++i] : args[i][(equals + 1)..]))
            {
                _errors.Add($"{name}: it is given twice.");
            }
        }
    }

    /// <summary>What is wrong; commands add to it.</summary>
    public IList<string> Errors => _errors;

    /// <summary>What is no option.</summary>
    public IReadOnlyList<string> Operands => _operands;

    /// <summary>An option's value; null if it isn't given.</summary>
    public string? this[string name] => _options.GetValueOrDefault(name);
}
