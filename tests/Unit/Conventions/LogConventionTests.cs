namespace SseFabric.Unit.Conventions;

/// <summary>Log messages have a stable id and name of their own: operators write rules on them.</summary>
public class LogConventionTests
{
    private static readonly IReadOnlyList<LogMessage> s_messages = LogMessage.All;

    [Fact]
    public void LogMessages_Ids_AreUnique()
    {
        var repeated = s_messages.GroupBy(message => message.Attribute.EventId).Where(group => group.Count() > 1);
        Assert.Empty(repeated.Select(group => $"{group.Key}: {string.Join(", ", group.Select(message => message.Name))}"));
    }

    [Fact]
    public void LogMessages_Names_AreTheirMethods() =>
        Assert.All(s_messages, message => Assert.Equal(message.Method.Name, message.Attribute.EventName));

    [Fact]
    public void LogMessages_Ids_LieInTheRangesOfTheirParts() =>
        Assert.All(s_messages, message => Assert.True(message.Attribute.EventId is >= 1000 and < 4000, $"{message.Name} has id {message.Attribute.EventId}"));

    [Fact]
    public void LogMessages_AreFound() => Assert.True(s_messages.Count > 10, $"{s_messages.Count} messages");
}
