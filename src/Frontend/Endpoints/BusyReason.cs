namespace SseFabric.Frontend.Endpoints;

/// <summary>Why a stream can't be served now.</summary>
internal enum BusyReason
{
    Redis,
    Starting,
    Draining,
    Limit,
    LimitPerAddress,
    Upstream,
}
