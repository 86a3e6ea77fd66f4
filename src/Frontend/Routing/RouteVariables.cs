using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Routing;

/// <summary>What a request holds for the places of a template or a condition. What it doesn't have is empty.</summary>
internal readonly struct RouteVariables(HttpRequest request, RouteMatch match, ClientAddress addresses)
{
    /// <summary>Reads the text of a place, or says what is wrong with it in one sentence.</summary>
    public bool TryRead(ChannelTemplatePart part, out string text, [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        text = part.Source switch
        {
            ChannelTemplateSource.Text => part.Text,
            ChannelTemplateSource.Group => match.Group(part.Group),
            ChannelTemplateSource.QueryItem => QueryItem(part.Text, out reason),
            ChannelTemplateSource.Cookie => request.Cookies[part.Text] ?? "",

            // Several lines of a header are one list (RFC 9110, 5.3); of a name they make another name, and never one of them.
            ChannelTemplateSource.Header => request.Headers[part.Text].ToString(),

            // Hosts are the same in any case, channels are not.
            ChannelTemplateSource.Host => request.Host.Host.ToLowerInvariant(),
            ChannelTemplateSource.Path => match.Path.Text,
            ChannelTemplateSource.Method => request.Method,
            ChannelTemplateSource.Remote => addresses.Of(request.HttpContext)?.ToString() ?? "",
            _ => throw new ArgumentOutOfRangeException(nameof(part), part.Source, null),
        };
        return reason is null;
    }

    private string QueryItem(string name, out string? reason)
    {
        var value = RawQuery.Find(request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, name) ?? [];
        reason = System.Text.Unicode.Utf8.IsValid(value) ? null : $"The query item {name} is not valid UTF-8.";
        return Encoding.UTF8.GetString(value);
    }
}
