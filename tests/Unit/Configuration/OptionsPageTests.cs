using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using SseFabric.Channels.Configuration;
using SseFabric.TestKit.Processes;

namespace SseFabric.Unit.Configuration;

/// <summary>docs/reference/options.md says of every option what the code says of it.</summary>
[Trait("Suite", "Unit")]
public sealed class OptionsPageTests
{
    private static readonly Dictionary<string, string[]> s_rows = File.ReadLines(Path.Combine(Repository.Root, "docs/reference/options.md"))
        .Where(line => line.StartsWith("| `Fabric:", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])
        .ToDictionary(cells => cells[0].Trim('`'));

    private static readonly List<Documented> s_options = [.. Options(new FabricOptions(), "Fabric")];

    [Fact]
    public void Page_Keys_AreThoseOfTheCode() => Assert.Equal(s_options.Select(option => option.Key).Order(), s_rows.Keys.Order());

    [Fact]
    public void Page_Defaults_AreThoseOfTheCode() =>
        Assert.All(s_options, option => Assert.Equal(option.Default, s_rows[option.Key][1]));

    [Fact]
    public void Page_AcceptedValues_AreThoseOfTheCode() => Assert.All(s_options, option =>
    {
        var accepted = s_rows[option.Key][2];
        Assert.Contains(option.Accepted, accepted, StringComparison.Ordinal);
        Assert.Equal(option.IsEmptyAccepted, accepted.EndsWith(", or empty", StringComparison.Ordinal));
    });

    [Fact]
    public void Page_Meanings_AreGiven() => Assert.All(s_rows.Values, cells => Assert.True(cells is [_, _, _, { Length: > 10 }], cells[0]));

    private static IEnumerable<Documented> Options(object options, string path)
    {
        foreach (var property in OptionsBinder.PropertiesOf(options.GetType()))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            if (OptionValue.IsScalar(property.PropertyType))
            {
                yield return Scalar(property, key, value);
            }
            else if (value is IDictionary)
            {
                yield return new Documented($"{key}:NAME", "", "", IsEmptyAccepted: false);
            }
            else if (value is not IList)
            {
                foreach (var nested in Options(value ?? Activator.CreateInstance(property.PropertyType)!, key))
                {
                    yield return nested;
                }
            }
            else if (property.PropertyType.GetGenericArguments()[0] is var element && OptionValue.IsScalar(element))
            {
                yield return new Documented($"{key}:N", string.Join(", ", ((IList)value).Cast<object>()), "", IsEmptyAccepted: false);
            }
            else
            {
                foreach (var nested in Options(Activator.CreateInstance(element)!, $"{key}:N"))
                {
                    yield return nested;
                }
            }
        }
    }

    private static Documented Scalar(PropertyInfo property, string key, object? value)
    {
        var text = value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture);
        var isText = property.PropertyType == typeof(string);
        var isNullable = OptionsBinder.IsNullable(property);
        var range = property.GetCustomAttribute<RangeAttribute>();
        var accepted = isText ? "" : OptionValue.Accepted(property.PropertyType, range, isNullable: false).Replace(" hh:mm:ss[.fff] or d.hh:mm:ss", "", StringComparison.Ordinal);
        return new Documented(key, string.IsNullOrEmpty(text) ? "empty" : text, accepted, isNullable || IsOptionalText(key, isText));
    }

    // Texts that may be empty without being nullable: what they name is then off.
    private static bool IsOptionalText(string key, bool isText) =>
        isText && key is "Fabric:Redis" or "Fabric:RespDoor:Listen" or "Fabric:H2c:Listen" or "Fabric:Management:Listen" or "Fabric:Graphite:Server" or "Fabric:Stream:Path" or "Fabric:Publish:Path" or "Fabric:HandOff:InternalPath";

    private sealed record Documented(string Key, string Default, string Accepted, bool IsEmptyAccepted);
}
