namespace SseFabric.Frontend.Subscribers;

/// <summary>How an application has handed off a request.</summary>
internal enum HandOffKind
{
    /// <summary>By a header of its answer.</summary>
    Header,

    /// <summary>By GRIP's headers.</summary>
    Grip,

    /// <summary>By a redirect within the proxy.</summary>
    Redirect,

    /// <summary>In the process that hosts the fabric.</summary>
    Host,
}
