using SseFabric.Channels.Hosting;
using SseFabric.TestKit.Processes;

namespace SseFabric.Unit.Conventions;

/// <summary>docs/reference/logs.md lists every log event, with its level and the class that its category ends with; no more.</summary>
[Trait("Suite", "Unit")]
public sealed class LogsPageTests
{
    private static readonly Dictionary<int, string[]> s_rows = File.ReadLines(Path.Combine(Repository.Root, "docs/reference/logs.md"))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsAsciiDigit(line[2]))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])
        .ToDictionary(cells => int.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Page_Events_AreThoseOfTheCode()
    {
        var events = LogMessage.All;

        Assert.Equal([], events.Where(message => !s_rows.ContainsKey(message.Attribute.EventId)).Select(message => $"{message.Attribute.EventId} {message.Name} is not on the page"));
        Assert.All(events, message => Assert.Equal(
            $"{message.Attribute.EventId} `{message.Attribute.EventName}` {message.Attribute.Level} `{message.Category}`", string.Join(' ', s_rows[message.Attribute.EventId][..4])));
        if (Engine.HasClustering)
        {
            // The single-node build is without the events of a cluster.
            Assert.Equal(events.Select(message => message.Attribute.EventId).Order(), s_rows.Keys.Order());
        }
    }

    [Fact]
    public void Page_Rows_SayWhenAndWhatToDo() => Assert.All(s_rows.Values, cells => Assert.True(cells is [_, _, _, _, { Length: > 5 }, { Length: > 5 }], cells[0]));
}
