using System.Text;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Publishing;

/// <summary>Reads queries and forms: <c>channel</c> and <c>message</c>, both repeatable, <c>event</c>, <c>retry</c>, <c>key</c>. Pure.</summary>
internal static class PublishForm
{
    /// <summary>Reads an encoded form; names that mean nothing here are passed over, and of <c>event</c>, <c>retry</c> and <c>key</c> the first counts.</summary>
    /// <returns>What is wrong; null if nothing is.</returns>
    public static string? Read(ReadOnlySpan<byte> form, PublishItem item)
    {
        foreach (var range in form.Split((byte)'&'))
        {
            var pair = form[range];
            var equals = pair.IndexOf((byte)'=');
            var name = PercentEncoding.DecodeForm(equals < 0 ? pair : pair[..equals]).AsSpan();
            var value = equals < 0 ? [] : pair[(equals + 1)..];
            if (Take(name, value, item) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>The query of a raw target, as a form is encoded.</summary>
    public static byte[] QueryOf(string rawTarget)
    {
        var mark = rawTarget.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? [] : Encoding.UTF8.GetBytes(rawTarget, mark + 1, rawTarget.Length - mark - 1);
    }

    private static string? Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, PublishItem item)
    {
        if (name.SequenceEqual("channel"u8))
        {
            return item.AddChannel(PercentEncoding.DecodeForm(value));
        }

        if (name.SequenceEqual("message"u8))
        {
            return item.AddMessage(PercentEncoding.DecodeForm(value));
        }

        if (name.SequenceEqual("event"u8) && item.Type is null)
        {
            return item.SetType(Encoding.UTF8.GetString(PercentEncoding.DecodeForm(value)));
        }

        if (name.SequenceEqual("retry"u8) && item.Retry is null)
        {
            return item.SetRetry(PercentEncoding.DecodeForm(value));
        }

        if (name.SequenceEqual("key"u8) && item.Key is null)
        {
            item.SetKey(Encoding.UTF8.GetString(PercentEncoding.DecodeForm(value)));
        }

        return null;
    }
}
