using Microsoft.AspNetCore.Http;
using SseFabric.Contracts;

namespace SseFabric.Client.HandOff;

/// <summary>An empty 200 whose <c>X-SSE-OFFLOAD</c> names the channels, or a 404 without any. Immutable; any thread.</summary>
public sealed class SseHandOffHttpResult : IResult, IStatusCodeHttpResult
{
    private const string HeaderName = "X-SSE-OFFLOAD";

    private readonly string _channels;

    internal SseHandOffHttpResult(IEnumerable<string>? channels) => _channels = string.Join(", ", channels?.Select(Checked) ?? []);

    /// <summary>200, or 404 if there is no channel.</summary>
    public int? StatusCode => _channels.Length == 0 ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCode!.Value;
        httpContext.Response.ContentLength = 0;
        if (_channels.Length > 0)
        {
            httpContext.Response.Headers[HeaderName] = _channels;
        }

        return Task.CompletedTask;
    }

    private static string Checked(string channel)
    {
        if (!ChannelName.TryParse(channel, out _, out var error))
        {
            throw new ArgumentException($"\"{channel}\" can't be a channel: {error}", nameof(channel));
        }

        return channel.Contains(',', StringComparison.Ordinal) || channel.Trim() != channel || !System.Text.Ascii.IsValid(channel)
            ? throw new ArgumentException($"\"{channel}\" can't be handed off in a header: there a comma ends a name, spaces around it are lost, and only ASCII is safe. SseRedirect takes any name.", nameof(channel))
            : channel;
    }
}
