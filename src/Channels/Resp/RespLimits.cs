namespace SseFabric.Channels.Resp;

/// <summary>Bounds on what the other side may declare. A declared length is never believed: memory grows with the bytes that came.</summary>
internal static class RespLimits
{
    /// <summary>The longest line without its end, in bytes: a simple string, an error, an inline command. Redis has the same for inline commands.</summary>
    public const int MaxLineBytes = 64 << 10;

    /// <summary>The longest decimal number of a length or count, with its sign.</summary>
    public const int MaxLengthDigits = 20;

    /// <summary>The largest bulk string, in bytes: Redis' <c>proto-max-bulk-len</c>.</summary>
    public const long MaxBulkBytes = 512L << 20;

    /// <summary>The most values in one reply, nested ones included.</summary>
    public const int MaxElements = 64 << 10;

    /// <summary>The deepest nesting of a reply.</summary>
    public const int MaxDepth = 8;

    /// <summary>The most arguments of a command, its name included.</summary>
    public const int MaxArguments = 1024;

    /// <summary>The largest argument that isn't a payload, in bytes.</summary>
    public const int MaxArgumentBytes = 64 << 10;

    /// <summary>The largest argument before authentication, in bytes. Redis has the same.</summary>
    public const int MaxUnauthenticatedBytes = 16 << 10;

    /// <summary>The most arguments before authentication. Redis has the same.</summary>
    public const int MaxUnauthenticatedArguments = 10;
}
