namespace SseFabric.Parity;

/// <summary>A test that carries the number of a statement.</summary>
/// <param name="Number">The statement's.</param>
/// <param name="Project">The test project: a folder of <c>tests</c>.</param>
/// <param name="File">The source file, from the repository's root.</param>
/// <param name="Name">Namespace, class and method, as results name it, without arguments.</param>
public sealed record NumberedTest(int Number, string Project, string File, string Name)
{
    /// <summary>Whether it drives running programs over sockets.</summary>
    public bool UsesServer => Project is "EndToEnd" or "Cluster";

    /// <summary>The name of the class.</summary>
    public string Class => Name.Split('.')[^2];
}
