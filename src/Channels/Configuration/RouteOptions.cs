using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary>One entry of <c>Fabric:Routes</c>: requests whose path fits get a stream of these channels, or go to an application.</summary>
/// <remarks>One of <see cref="Channel"/>, <see cref="Channels"/>, <see cref="Upstream"/>, <see cref="Status"/> and <see cref="Redirect"/> is given. The forms of the texts are <see cref="RoutePattern"/>'s, <see cref="ChannelTemplate"/>'s and <see cref="ByteText"/>'s.</remarks>
public sealed class RouteOptions
{
    /// <summary>A regular expression that is tried on the decoded path. Has to be given.</summary>
    public string Path { get; set; } = "";

    /// <summary>The template of the channel. Default null.</summary>
    public string? Channel { get; set; }

    /// <summary>The templates of several channels, at most <see cref="MaxChannels"/>. Default none.</summary>
    public List<string> Channels { get; set; } = [];

    /// <summary>The application that the request is passed to, and that may hand it off: an absolute URL of http or https. Default null.</summary>
    public string? Upstream { get; set; }

    /// <summary>The status that the request is answered with. Default null; 400 to 599.</summary>
    [Range(400, 599)]
    public int? Status { get; set; }

    /// <summary>Where the client is sent instead (302): a path, or an absolute URL of http or https. Default null.</summary>
    public string? Redirect { get; set; }

    /// <summary>What has to hold beside <see cref="Path"/>, all of it. Default nothing.</summary>
    public List<RouteCondition> When { get; set; } = [];

    /// <summary>How the stream behaves. Default null: as <see cref="FabricOptions.Profile"/> says.</summary>
    public string? Profile { get; set; }

    /// <summary>The name, in <c>Fabric:Servers</c>, of the server that the channels' messages come from. Default null: the one of the channel's rule.</summary>
    public string? Server { get; set; }

    /// <summary>An event stream, or bytes without framing. Default <see cref="RouteMode.Sse"/>.</summary>
    public RouteMode Mode { get; set; }

    /// <summary>With <see cref="RouteMode.Raw"/>: the response's content type. Default null: <c>application/octet-stream</c>.</summary>
    public string? ContentType { get; set; }

    /// <summary>With <see cref="RouteMode.Raw"/>: what is sent before each payload. Default null: nothing.</summary>
    public string? Prefix { get; set; }

    /// <summary>With <see cref="RouteMode.Raw"/>: what is sent after each payload. Default null: nothing.</summary>
    public string? Suffix { get; set; }

    /// <summary>With <see cref="RouteMode.Raw"/>: what each newcomer is sent first. Default null: nothing.</summary>
    public string? Preamble { get; set; }

    /// <summary>The most entries of <see cref="Channels"/>.</summary>
    public const int MaxChannels = 1000;

    /// <summary><see cref="Channel"/> or <see cref="Channels"/>, with the end of its key.</summary>
    internal IEnumerable<(string Key, string Template)> Templates()
    {
        if (!string.IsNullOrEmpty(Channel))
        {
            yield return ("Channel", Channel);
        }

        for (var i = 0; i < Channels.Count; i++)
        {
            yield return ($"Channels:{i}", Channels[i]);
        }
    }
}
