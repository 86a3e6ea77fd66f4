namespace SseFabric.EndToEnd.Documentation;

/// <summary>A block of a page that the tests take as it stands there.</summary>
/// <param name="Page">From the repository's root.</param>
/// <param name="IsFile">Whether it is a file for the commands of its page, rather than a command.</param>
/// <param name="Name">A file's name; of a command SCENARIO-ROLE, the only one of this name on all pages.</param>
/// <param name="Text">What stands in it.</param>
internal sealed record MarkedBlock(string Page, bool IsFile, string Name, string Text)
{
    /// <summary>What commands that belong together have in common.</summary>
    public string Scenario => Name.Split('-')[0];

    /// <summary>What the command is for: <c>server</c> and <c>app</c> go on running, <c>watch</c> is to show what the others publish.</summary>
    public string Role => Name.Contains('-', StringComparison.Ordinal) ? Name.Split('-')[1] : "";
}
