namespace SseFabric.Contracts.Clustering;

/// <summary>The end of a frontend's stream, in the frontend's own process. The key is its silo address.</summary>
[Alias("SseFabric.IFrontendGrain")]
public interface IFrontendGrain : IGrainWithStringKey
{
    /// <summary>The namespace of the frontends' streams; a stream's key is the frontend's.</summary>
    public const string StreamNamespace = "SseFabric.Frontend";
}
