namespace SseFabric.Channels.Configuration;

/// <summary>What a channel's payloads are.</summary>
public enum PayloadFormat
{
    /// <summary>Any bytes; each CR, LF or CRLF starts a new <c>data</c> line.</summary>
    Text = 0,

    /// <summary>A ready SSE frame, checked.</summary>
    Frame = 1,

    /// <summary><c>{"event","data","id?","retry?"}</c>.</summary>
    Json = 2,

    /// <summary>Any bytes, for streams without framing.</summary>
    Raw = 3,
}
