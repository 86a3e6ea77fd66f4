using System.IO.Pipelines;
using SseFabric.Contracts;
using SseFabric.Frontend.Profiles;

namespace SseFabric.Frontend.Endpoints;

/// <summary>What a door (the open endpoint, a route, a hand-off) has decided that a request gets.</summary>
/// <param name="Channels">Each channel once; at least one.</param>
/// <param name="LastEventId">What the client sent as last event id; null: nothing.</param>
/// <param name="IsPoll">Whether the response ends soon after its first event, if the profile has polls.</param>
internal sealed record StreamOffer(ChannelName[] Channels, string? LastEventId, bool IsPoll)
{
    /// <summary>Whether the client asks for an event stream by name, as an EventSource does: then no status but 200 is good for it.</summary>
    public bool AcceptsByName { get; init; }

    /// <summary>How the stream looks and the endpoint answers; null: <see cref="StreamProfiles.Native"/>.</summary>
    public StreamProfile? Profile { get; init; }

    /// <summary>The response's status.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>What the response begins with, before anything of the profile's.</summary>
    public ReadOnlyMemory<byte> Prelude { get; init; }

    /// <summary>Takes the stream in place of the response, of which the door then makes something of its own; null: the response.</summary>
    public PipeWriter? Into { get; init; }

    /// <summary>Whether an application has decided what the request gets: then nobody else is asked (a hand-off).</summary>
    public bool IsHandOff { get; init; }

    /// <summary>When the permission ends, and the stream with it; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Names the permission, so that its streams can be ended before; null: it has no name.</summary>
    public string? TokenId { get; init; }

    /// <summary>Writes the door's own response headers, after the stream's; null: none.</summary>
    public Action<IHeaderDictionary>? Headers { get; init; }
}
