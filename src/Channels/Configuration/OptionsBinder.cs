using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace SseFabric.Channels.Configuration;

/// <summary>Fills an options object from a configuration section, and takes down every key that doesn't exist and every value that can't be read.</summary>
/// <remarks>Knows classes, lists, dictionaries of text and the scalars of <see cref="OptionValue"/>. New properties are picked up by themselves.</remarks>
internal sealed class OptionsBinder(ICollection<OptionError> errors)
{
    private static readonly NullabilityInfoContext s_nullability = new();

    /// <summary>The properties that configuration can set, in the order in which they are declared.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    /// <summary>Whether null is a value of the property.</summary>
    public static bool IsNullable(PropertyInfo property)
    {
        lock (s_nullability)
        {
            return s_nullability.Create(property).WriteState == NullabilityState.Nullable;
        }
    }

    /// <summary>Sets the properties of <paramref name="target"/> that <paramref name="section"/> names.</summary>
    public void Bind(object target, IConfigurationSection section)
    {
        var properties = PropertiesOf(target.GetType()).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add(OptionError.OfValue(section.Path, section.Value, $"a section with the keys {string.Join(", ", properties.Keys)}"));
        }

        foreach (var child in section.GetChildren())
        {
            if (properties.Remove(child.Key, out var property))
            {
                BindProperty(target, property, child);
            }
            else
            {
                RefuseUnknown(child, $"here {string.Join(", ", PropertiesOf(target.GetType()).Select(known => known.Name))}");
            }
        }

        foreach (var missing in properties.Values.Where(property => property.IsDefined(typeof(RequiredAttribute))))
        {
            errors.Add(new OptionError($"{section.Path}:{missing.Name}", "missing", "any value but an empty one"));
        }
    }

    private void BindProperty(object target, PropertyInfo property, IConfigurationSection section)
    {
        if (OptionValue.IsScalar(property.PropertyType))
        {
            RefuseChildren(section);
            BindScalar(property.PropertyType, section, IsNullable(property), property.GetCustomAttribute<RangeAttribute>(), value => property.SetValue(target, value));
            return;
        }

        switch (property.GetValue(target))
        {
            case IDictionary<string, string> texts:
                BindTexts(texts, section);
                break;
            case IList list:
                BindList(list, property.PropertyType.GetGenericArguments()[0], section);
                break;
            case null when string.IsNullOrEmpty(section.Value) && !section.GetChildren().Any():
                // As "null" in JSON.
                break;
            case var nested:
                nested ??= Activator.CreateInstance(property.PropertyType)!;
                property.SetValue(target, nested);
                Bind(nested, section);
                break;
        }
    }

    private void BindScalar(Type type, IConfigurationSection section, bool isNullable, RangeAttribute? range, Action<object?> set)
    {
        if (string.IsNullOrEmpty(section.Value) && (isNullable || type == typeof(string)))
        {
            set(isNullable ? null : "");
        }
        else if (!string.IsNullOrEmpty(section.Value) && OptionValue.TryRead(type, section.Value, out var value))
        {
            set(value);
        }
        else
        {
            var accepted = OptionValue.Accepted(type, range, isNullable) + OptionValue.Hint(type, section.Value);
            errors.Add(OptionError.OfValue(section.Path, section.Value, accepted));
        }
    }

    private void BindList(IList list, Type element, IConfigurationSection section)
    {
        var accepted = $"a list without gaps: {section.Path}:0, {section.Path}:1 and so on";
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add(OptionError.OfValue(section.Path, section.Value, accepted));
        }

        list.Clear();
        foreach (var child in section.GetChildren())
        {
            // Without gaps, so that an item's number here is the one in its key.
            if (child.Key != list.Count.ToString(CultureInfo.InvariantCulture))
            {
                RefuseUnknown(child, accepted);
            }
            else if (OptionValue.IsScalar(element))
            {
                RefuseChildren(child);
                BindScalar(element, child, isNullable: false, range: null, value => list.Add(value));
            }
            else
            {
                var item = Activator.CreateInstance(element)!;
                list.Add(item);
                Bind(item, child);
            }
        }
    }

    private void BindTexts(IDictionary<string, string> texts, IConfigurationSection section)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add(OptionError.OfValue(section.Path, section.Value, $"names with values: {section.Path}:NAME"));
        }

        foreach (var child in section.GetChildren())
        {
            RefuseChildren(child);
            if (child.Value is { } value)
            {
                texts[child.Key] = value;
            }
        }
    }

    private void RefuseChildren(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            RefuseUnknown(child, $"nothing below {section.Path}, which is a single value");
        }
    }

    // Every value below the first unknown key is told, so that what was meant can be found.
    private void RefuseUnknown(IConfigurationSection section, string accepted)
    {
        var hasChildren = false;
        foreach (var child in section.GetChildren())
        {
            hasChildren = true;
            RefuseUnknown(child, accepted);
        }

        if (!hasChildren || section.Value is not null)
        {
            errors.Add(OptionError.OfUnknownKey(section.Path, section.Value, accepted));
        }
    }
}
