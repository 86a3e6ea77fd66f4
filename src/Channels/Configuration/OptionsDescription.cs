using System.Collections;
using System.Globalization;

namespace SseFabric.Channels.Configuration;

/// <summary>Tells which options differ from their defaults, without secrets.</summary>
public static class OptionsDescription
{
    /// <summary><c>Fabric:Redis="127.0.0.1:6379"</c> and so on, in the order of the options.</summary>
    public static string Of(FabricOptions options) =>
        string.Join(", ", Changed(options, new FabricOptions(), FabricOptions.SectionName)) is { Length: > 0 } changed ? changed : "the defaults";

    private static IEnumerable<string> Changed(object options, object defaults, string path)
    {
        foreach (var property in OptionsBinder.PropertiesOf(options.GetType()))
        {
            foreach (var changed in Changed(property.PropertyType, property.GetValue(options), property.GetValue(defaults), $"{path}:{property.Name}"))
            {
                yield return changed;
            }
        }
    }

    private static IEnumerable<string> Changed(Type type, object? value, object? initial, string key) => value switch
    {
        _ when OptionValue.IsScalar(type) => Equals(value, initial) ? [] : [$"{key}={Redaction.Quoted(key, Convert.ToString(value, CultureInfo.InvariantCulture))}"],
        IDictionary<string, string> texts => texts.Select(text => $"{key}:{text.Key}={Redaction.Quoted(text.Key, text.Value)}"),
        IList list when list.Cast<object>().SequenceEqual(((IList)initial!).Cast<object>()) => [],
        IList { Count: 0 } => [$"{key}=(empty)"],
        IList list => list.Cast<object>().SelectMany((item, index) => ChangedItem(item, $"{key}:{index}")),
        not null => Changed(value, initial ?? Activator.CreateInstance(type)!, key),
        null => [],
    };

    private static IEnumerable<string> ChangedItem(object item, string key) =>
        item is string text ? [$"{key}={Redaction.Quoted(key, text)}"] : Changed(item, Activator.CreateInstance(item.GetType())!, key);
}
