namespace SseFabric.Channels.Resp;

/// <summary>One scalar value, or the head of an aggregate.</summary>
/// <param name="kind">What it is.</param>
/// <param name="bytes">A scalar's bytes, in the buffer that was read from.</param>
/// <param name="count">The count that an aggregate's head declares, or an integer's value.</param>
internal readonly ref struct RespToken(RespKind kind, ReadOnlySpan<byte> bytes, long count)
{
    public RespKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public long Count { get; } = count;

    /// <summary>How many values belong to this one and follow it.</summary>
    public long Children => Kind switch
    {
        RespKind.Array or RespKind.Push => Count,
        RespKind.Map => 2 * Count,
        RespKind.Attribute => (2 * Count) + 1,
        _ => 0,
    };
}
