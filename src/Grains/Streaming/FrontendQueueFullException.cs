namespace SseFabric.Grains.Streaming;

/// <summary>A frontend doesn't take what its channels have for it. Try again later.</summary>
internal sealed class FrontendQueueFullException(string message) : OrleansException(message);
