using System.Text;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Routing;

/// <summary>Finds items in the query of a request target, as it was sent. Pure.</summary>
internal static class RawQuery
{
    /// <summary>The first item of a name, decoded once; null: there is none.</summary>
    public static byte[]? Find(ReadOnlySpan<char> target, string name)
    {
        var mark = target.IndexOf('?');
        if (mark < 0)
        {
            return null;
        }

        var wanted = Encoding.UTF8.GetBytes(name).AsSpan();
        var query = target[(mark + 1)..];
        foreach (var range in query.Split('&'))
        {
            var item = query[range];
            var equals = item.IndexOf('=');
            if (wanted.SequenceEqual(PercentEncoding.Decode(equals < 0 ? item : item[..equals], plusIsSpace: true)))
            {
                return equals < 0 ? [] : PercentEncoding.Decode(item[(equals + 1)..], plusIsSpace: true);
            }
        }

        return null;
    }
}
