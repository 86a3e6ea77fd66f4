namespace SseFabric.Channels.Resp;

/// <summary>What a value of the Redis protocol is.</summary>
internal enum RespKind
{
    None,
    SimpleString,
    Error,
    Integer,
    Bulk,
    Null,

    /// <summary>A RESP3 scalar that is one line: a double, a boolean or a big number.</summary>
    Scalar,

    /// <summary>The head of an array or a set: as many values follow.</summary>
    Array,

    /// <summary>The head of a RESP3 push: as many values follow.</summary>
    Push,

    /// <summary>The head of a map: twice as many values follow.</summary>
    Map,

    /// <summary>The head of RESP3 attributes: twice as many values follow, and then the value that they are about.</summary>
    Attribute,
}
