namespace SseFabric.Notifications;

/// <summary>Who signs in. A real application asks for more than a name.</summary>
internal sealed record SignIn(string? Name)
{
    public static IReadOnlyList<string> Users { get; } = ["alice", "bob", "carol"];

    public bool IsKnown => Users.Contains(Name ?? "");
}
