using System.Text;
using SseFabric.Channels.Resp;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>The answer to a command of the handshake.</summary>
/// <param name="Error">The error, if it is one.</param>
/// <param name="Values">The text of the value, or of an array's values; empty if there is none.</param>
internal sealed record RedisReply(string? Error, IReadOnlyList<string> Values)
{
    public static RespStatus TryRead(ReadOnlySpan<byte> bytes, out RedisReply? reply, out int consumed)
    {
        reply = null;
        var reader = new RespReader(bytes);
        var status = reader.TrySkipValue();
        consumed = reader.Position;
        if (status != RespStatus.Complete)
        {
            return status;
        }

        reader.Position = 0;
        reader.TryRead(out var head);
        var values = new List<string>();
        if (head.Children == 0 && head.Kind is RespKind.Bulk or RespKind.SimpleString)
        {
            values.Add(Encoding.UTF8.GetString(head.Bytes));
        }

        while (reader.Position < consumed && reader.TryRead(out var item) == RespStatus.Complete)
        {
            values.Add(Encoding.UTF8.GetString(item.Bytes));
        }

        reply = new RedisReply(head.Kind == RespKind.Error ? Encoding.UTF8.GetString(head.Bytes) : null, values);
        return status;
    }
}
