namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Publish</c>: publishing over HTTP, at <see cref="Path"/> and at <c>/channels/{channel}/events</c>.</summary>
public sealed class PublishOptions
{
    /// <summary>The endpoint for several channels and for forms. Default <c>/publish</c>; empty: <c>/channels/{channel}/events</c> alone.</summary>
    public string Path { get; set; } = "/publish";

    /// <summary>The keys of which a publisher must give one. Default none: publishers on this machine alone, see <see cref="Open"/>.</summary>
    public List<string> Keys { get; set; } = [];

    /// <summary>Origins such as <c>https://example.org</c> whose pages may publish and read the answer; with keys <c>*</c> too, for every one. Default: none.</summary>
    public List<string> Origins { get; set; } = [];

    /// <summary>Without keys, anybody may publish who reaches this process. Default false: only a peer on this machine, and no page of another origin.</summary>
    public bool Open { get; set; }
}
