using System.Text;
using SseFabric.Contracts;

namespace SseFabric.TestKit.Conformance;

/// <summary>Events whose payload is text.</summary>
public static class EventText
{
    public static string Text(this PublishedEvent published) => Encoding.UTF8.GetString(published.Event.Data.Span);

    public static NewEvent Event(string text) => new(Encoding.UTF8.GetBytes(text));

    public static IReadOnlyList<NewEvent> Events(params IEnumerable<string> texts) => [.. texts.Select(Event)];
}
