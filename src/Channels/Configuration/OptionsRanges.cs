using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace SseFabric.Channels.Configuration;

/// <summary>Checks every <see cref="RangeAttribute"/> of an options object and of those below it.</summary>
internal static class OptionsRanges
{
    /// <summary>Adds an error for each value outside its range.</summary>
    public static void Check(object options, string path, ICollection<OptionError> errors)
    {
        foreach (var property in OptionsBinder.PropertiesOf(options.GetType()))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            if (OptionValue.IsScalar(property.PropertyType))
            {
                CheckValue(property, key, value, errors);
            }
            else if (value is IList list)
            {
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is { } item and not string)
                    {
                        Check(item, $"{key}:{i}", errors);
                    }
                }
            }
            else if (value is not (null or IDictionary))
            {
                Check(value, key, errors);
            }
        }
    }

    private static void CheckValue(PropertyInfo property, string key, object? value, ICollection<OptionError> errors)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
        {
            var accepted = OptionValue.Accepted(property.PropertyType, range, OptionsBinder.IsNullable(property));
            errors.Add(OptionError.OfValue(key, Convert.ToString(value, CultureInfo.InvariantCulture), accepted));
        }
    }
}
