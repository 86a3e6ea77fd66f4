namespace SseFabric.Channels.Configuration;

/// <summary>Where the text of a <see cref="ChannelTemplatePart"/> comes from.</summary>
public enum ChannelTemplateSource
{
    /// <summary>The template.</summary>
    Text = 0,

    /// <summary>What a group of the route's pattern took of the path.</summary>
    Group = 1,

    /// <summary>An item of the query.</summary>
    QueryItem = 2,

    /// <summary>A cookie.</summary>
    Cookie = 3,

    /// <summary>A header of the request.</summary>
    Header = 4,

    /// <summary>The host that the request names, without its port.</summary>
    Host = 5,

    /// <summary>The decoded path.</summary>
    Path = 6,

    /// <summary>The request's method. In conditions alone.</summary>
    Method = 7,

    /// <summary>The client's address. In conditions alone.</summary>
    Remote = 8,
}
