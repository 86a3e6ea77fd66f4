using System.Text;

namespace SseFabric.TestKit.Redis;

/// <summary>One reply of the Redis protocol.</summary>
public sealed record RespValue(char Kind, byte[]? Bytes, long Number, IReadOnlyList<RespValue>? Items)
{
    public bool IsError => Kind == '-';

    public string Text => Bytes is null ? "" : Encoding.UTF8.GetString(Bytes);

    public override string ToString() => Kind switch
    {
        ':' => $"{Number}",
        '*' or '>' => Items is null ? "null" : $"[{string.Join(", ", Items)}]",
        '$' when Bytes is null => "null",
        _ => Text,
    };
}
