using System.Text;
using SseFabric.Channels.Sources;

namespace SseFabric.Unit.Sources;

/// <summary>Writes down what a source says, also into a list that it may share with others.</summary>
internal sealed class RecordingObserver(string name, List<string> heard) : IChannelSourceObserver
{
    public void OnMessage(ReadOnlyMemory<byte> payload) => heard.Add($"{name}: {Encoding.UTF8.GetString(payload.Span)}");

    public void OnOversized(long length) => heard.Add($"{name} oversized {length}");

    public void OnLost() => heard.Add($"{name} lost");

    public void OnSubscribed() => heard.Add($"{name} subscribed");
}
