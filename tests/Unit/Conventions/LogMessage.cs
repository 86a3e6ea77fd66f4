using System.Reflection;
using Microsoft.Extensions.Logging;
using SseFabric.Client.Subscribing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Unit.Conventions;

/// <summary>A log event as the code declares it.</summary>
internal sealed record LogMessage(MethodInfo Method, LoggerMessageAttribute Attribute)
{
    /// <summary>Those of all assemblies of this build.</summary>
    public static IReadOnlyList<LogMessage> All { get; } = [.. Assemblies().SelectMany(Messages)];

    public string Name => $"{Method.DeclaringType}.{Method.Name}";

    /// <summary>The last part of its category: the class whose logger it goes to.</summary>
    public string Category => (Method.DeclaringType!.DeclaringType ?? Method.DeclaringType).Name;

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
}
