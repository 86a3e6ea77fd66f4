using Xunit;

namespace SseFabric.TestKit.Processes;

/// <summary>What a test needs from the machine; without it the test is skipped and says why.</summary>
public static class Need
{
    public static string Tool(string name)
    {
        var path = Repository.Tool(name);
        Assert.SkipWhen(path is null, $"{name} is not installed.");
        return path!;
    }

    public static void Root() => Assert.SkipUnless(Environment.UserName == "root", "Network namespaces need root.");
}
