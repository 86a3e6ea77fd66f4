namespace SseFabric.Channels.Hosting;

/// <summary>What carries the channels in this build.</summary>
public static class Engine
{
#if CLUSTERING
    /// <summary>Whether this build has Orleans in it.</summary>
    public static bool HasClustering => true;
#else
    /// <summary>Whether this build has Orleans in it.</summary>
    public static bool HasClustering => false;
#endif

    /// <summary>Its name, for the ready line and <c>--version</c>.</summary>
    public static string Name => HasClustering ? "orleans" : "single-node";

    /// <summary>Why a cluster can't be had in the single-node build.</summary>
    public const string NoClustering = "a cluster needs the normal build (on Microsoft Orleans, Clustering=true), and this is the single-node build";
}
