using SseFabric.Contracts;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>What an application's GRIP headers ask for.</summary>
/// <param name="IsStream">Whether the response stays open for many items; otherwise it waits for one.</param>
/// <param name="Channels">Each channel once; at least one.</param>
internal sealed record GripHold(bool IsStream, ChannelName[] Channels)
{
    /// <summary>How long a response waits for its item unless <c>Grip-Timeout</c> says otherwise, and a stream for its keep-alive.</summary>
    public static readonly TimeSpan DefaultTime = TimeSpan.FromSeconds(55);

    /// <summary>The items that the application has last seen, see <see cref="GripPosition"/>; null: none is named.</summary>
    public string? Position { get; init; }

    /// <summary>The status of the client's answer, in place of the application's; null: the application's.</summary>
    public int? Status { get; init; }

    /// <summary>How long a response waits for its item; then the client gets what the application had answered.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTime;

    /// <summary>What a stream is sent in silence. Empty: nothing.</summary>
    public byte[] KeepAlive { get; init; } = [];

    public TimeSpan KeepAliveAfter { get; init; } = DefaultTime;
}
