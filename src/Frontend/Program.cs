namespace SseFabric.Frontend;

internal static class Program
{
    private static void Main()
    {
    }
}
