using System.Reflection;
using Microsoft.Extensions.Logging;
using SseFabric.Client.Subscribing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Unit.Conventions;

/// <summary>Log messages have a stable id and name of their own: operators write rules on them.</summary>
public class LogConventionTests
{
    private static readonly LogMessage[] s_messages = [.. Assemblies().SelectMany(Messages)];

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
    public void LogMessages_AreFound() => Assert.True(s_messages.Length > 10, $"{s_messages.Length} messages");

    private static IEnumerable<Assembly> Assemblies()
    {
        var frontend = typeof(FanOut).Assembly;
        return frontend.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("SseFabric.", StringComparison.Ordinal)).Select(Assembly.Load)
            .Append(frontend).Append(typeof(SseFabricSubscriber).Assembly).Distinct();
    }

    private static IEnumerable<LogMessage> Messages(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
        where attribute is not null
        select new LogMessage(method, attribute);

    private sealed record LogMessage(MethodInfo Method, LoggerMessageAttribute Attribute)
    {
        public string Name => $"{Method.DeclaringType}.{Method.Name}";
    }
}
