using Orleans.Concurrency;

namespace SseFabric.Contracts.Clustering;

/// <summary>The end of a frontend's stream, in the frontend's own process. The key is its silo address.</summary>
[Alias("SseFabric.IFrontendGrain")]
public interface IFrontendGrain : IGrainWithStringKey
{
    /// <summary>The namespace of the frontends' streams; a stream's key is the frontend's.</summary>
    public const string StreamNamespace = "SseFabric.Frontend";

    /// <summary>Ends the frontend's streams of a channel, or of a token; the other one is null.</summary>
    /// <returns>How many.</returns>
    [Alias("Disconnect"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<int> DisconnectAsync(string? channel, string? tokenId);
}
