using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Channels.RespDoor;

/// <summary>What the door knows of a channel that is published to.</summary>
/// <param name="Name">The name; <c>default</c> if the bytes are none.</param>
/// <param name="MaxEventBytes">The largest payload.</param>
/// <param name="Format">What a payload must be.</param>
/// <param name="Error">Why the bytes are no name; null if they are one.</param>
internal sealed record DoorChannel(ChannelName Name, int MaxEventBytes, PayloadFormat Format, string? Error);
