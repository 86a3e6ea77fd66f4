using System.Reflection;
using System.Text;
using Orleans.Services;
using SseFabric.Contracts.Clustering;
using SseFabric.TestKit.Processes;

namespace SseFabric.Cluster.Wire;

/// <summary>Silos of two versions live side by side during an upgrade: what is on the wire changes on purpose or not at all.</summary>
public sealed class WireContractsTests
{
    private const string Listed = "src/Contracts/WireContracts.txt";

    [Fact]
    public void Contracts_AreAsListed()
    {
        var actual = Actual();
        var path = Path.Combine(Repository.Root, Listed);
        if (File.ReadAllText(path) != actual)
        {
            var proposal = Path.Combine(Path.GetTempPath(), "WireContracts.txt");
            File.WriteAllText(proposal, actual);
            Assert.Fail($"The wire contracts differ from {Listed}; what they are now is in {proposal}.");
        }
    }

    [Fact]
    public void Contracts_EveryTypeAndMethod_HasItsAlias()
    {
        Assert.All(Types(), type => Assert.NotNull(type.GetCustomAttribute<AliasAttribute>()));
        Assert.All(Types().Where(type => type.IsInterface).SelectMany(Methods), method => Assert.NotNull(method.GetCustomAttribute<AliasAttribute>()));
    }

    private static string Actual()
    {
        var text = new StringBuilder("# What silos say to each other. An alias or id is never given another meaning, nor used again.\n");
        foreach (var type in Types())
        {
            text.Append($"\n{type.GetCustomAttribute<AliasAttribute>()?.Alias} ({type.Name})\n");
            foreach (var line in type.IsInterface ? Methods(type).Select(Describe) : Fields(type))
            {
                text.Append($"  {line}\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<Type> Types() => typeof(IChannelGrain).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(IChannelGrain).Namespace)
        .Where(type => type.IsInterface
            ? type.IsAssignableTo(typeof(IGrain)) || type.IsAssignableTo(typeof(IGrainService))
            : type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)
        .OrderBy(type => type.IsInterface ? 0 : 1)
        .ThenBy(type => type.Name, StringComparer.Ordinal);

    private static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).OrderBy(method => method.Name, StringComparer.Ordinal);

    private static string Describe(MethodInfo method) =>
        $"{method.GetCustomAttribute<AliasAttribute>()?.Alias}({string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)))})"
        + $" -> {Name(method.ReturnType)}";

    private static IEnumerable<string> Fields(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
        .Where(member => member.GetCustomAttribute<IdAttribute>() is not null)
        .OrderBy(member => member.GetCustomAttribute<IdAttribute>()!.Id)
        .Select(member => $"{member.GetCustomAttribute<IdAttribute>()!.Id} {member.Name}: {Name(member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType)}");

    private static string Name(Type type) =>
        type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;
}
