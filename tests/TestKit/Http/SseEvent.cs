using System.Text;

namespace SseFabric.TestKit.Http;

/// <summary>An event as a standard parser dispatches it.</summary>
/// <param name="Id">The last event id at that moment: the event's own or an earlier block's.</param>
/// <param name="Type">The event's type; <c>message</c> if it named none.</param>
/// <param name="Data">The data, lines joined by LF.</param>
/// <param name="Retry">The reconnection time that came with it.</param>
public sealed record SseEvent(string Id, string Type, byte[] Data, TimeSpan? Retry)
{
    public string Text => Encoding.UTF8.GetString(Data);

    public override string ToString() => $"{Type} {Text} (id {Id})";
}
