using System.Text;
using SseFabric.Contracts;

namespace SseFabric.Channels.History.Redisse;

/// <summary>An event's frame without its id line, which is known when Redis has given the number.</summary>
/// <param name="Head">What stands before it.</param>
/// <param name="Tail">What stands behind it.</param>
internal readonly record struct RedisseFrameParts(byte[] Head, byte[] Tail)
{
    public static RedisseFrameParts Of(NewEvent offered) =>
        new(offered.Retry is { } retry ? Encoding.UTF8.GetBytes($"retry: {(long)retry.TotalMilliseconds}\n") : [], SseFrame.Build(offered.Data, offered.Type));

    /// <summary>The frame of an event with this number.</summary>
    public byte[] WithId(long number) => [.. Head, .. Encoding.UTF8.GetBytes($"id: {number}\n"), .. Tail];
}
