using Microsoft.Net.Http.Headers;

namespace SseFabric.Frontend.Publishing;

/// <summary>What a body says it is. Pure.</summary>
internal static class PublishContentType
{
    public const string Form = "application/x-www-form-urlencoded";
    public const string Json = "application/json";
    public const string Lines = "application/x-ndjson";

    /// <summary>The media type of a request, in lower case; empty if it has none or nonsense, or another charset than UTF-8.</summary>
    public static string Of(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)))
        {
            return "";
        }

        var name = type.MediaType.ToString().ToLowerInvariant();
        return name == "application/ndjson" ? Lines : name;
    }
}
