using System.Text;
using SseFabric.Channels.Sources;

namespace SseFabric.EndToEnd.Sources;

/// <summary>Writes down what a source says, into a list that observers share: the order across channels is that of the list.</summary>
internal sealed class RecordingObserver(string name, List<string> heard) : IChannelSourceObserver
{
    public void OnMessage(ReadOnlyMemory<byte> payload) => Write($"{name}: {Encoding.UTF8.GetString(payload.Span)}");

    public void OnOversized(long length) => Write($"{name} oversized {length}");

    public void OnLost() => Write($"{name} lost");

    public void OnSubscribed() => Write($"{name} subscribed");

    private void Write(string what)
    {
        lock (heard)
        {
            heard.Add(what);
        }
    }
}
