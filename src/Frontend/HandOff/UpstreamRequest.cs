using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.HandOff.Grip;

namespace SseFabric.Frontend.HandOff;

/// <summary>Makes of a client's request the one to the application. Immutable; any thread.</summary>
internal sealed class UpstreamRequest(ForwardedHeaders forwarded, HandOffOptions options, TimeProvider time)
{
    private readonly HashSet<string> _handOff = new([.. options.Headers, .. options.TypedHeaders], StringComparer.OrdinalIgnoreCase);
    private readonly GripSignature _signature = new(options.SigningKey, time);

    public HttpRequestMessage Create(HttpContext context, Uri target, UpstreamPatience patience)
    {
        var request = context.Request;
        var message = new HttpRequestMessage(new HttpMethod(request.Method), target) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };
        if (hasBody || request.ContentLength is not null || !IsRepeatable(request.Method))
        {
            message.Content = new ForwardedBody(context, patience, options, isEmpty: !hasBody);
        }

        var connection = new ConnectionHeaders(request.Headers.Connection);
        foreach (var (name, values) in request.Headers)
        {
            if (!connection.Contains(name) && !IsHandOff(name) && !forwarded.Replaces(context, name) && !name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
            {
                Add(message, name, values, () => new ForwardedBody(context, patience, options, isEmpty: true));
            }
        }

        forwarded.Write(context, message.Headers);
        if (options.Grip)
        {
            message.Headers.TryAddWithoutValidation(GripSignature.Header, _signature.Create());
        }

        return message;
    }

    private static void Add(HttpRequestMessage message, string name, StringValues values, Func<HttpContent> empty)
    {
        // Over HTTP/2 it may come in parts (RFC 9113, 8.2.3).
        values = name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase) ? string.Join("; ", values.ToArray()) : values;
        if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
        {
            message.Content ??= empty();
            message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
    }

    // A request without content is sent once more if the connection turns out to have ended: only where that does no harm (RFC 9110, 9.2.2).
    private static bool IsRepeatable(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method);

    // An application that echoes headers may not be made to hand off by the client. An underscore is a hyphen to one that reads them as CGI variables.
    private bool IsHandOff(string name)
    {
        var plain = name.Replace('_', '-');
        return _handOff.Contains(name) || _handOff.Contains(plain) || plain.StartsWith(GripHeaders.Prefix, StringComparison.OrdinalIgnoreCase);
    }
}
