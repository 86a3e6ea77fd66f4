using System.Globalization;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Profiles;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Endpoints;

/// <summary>The answer to a stream request that can't be served now, so that no EventSource gives up for good.</summary>
/// <remarks>
/// A native EventSource ends for ever on any status but 200 (HTML standard, "fail the connection"). One that asks for the type by name gets a 200 that
/// sets a reconnection time and ends; it comes back by itself. Everybody else gets the status that says what is the matter.
/// </remarks>
internal static class BusyAnswer
{
    /// <summary>The header that says why.</summary>
    public const string Header = "X-SSE-Busy";

    public static async Task WriteAsync(HttpContext context, BusyReason reason, StreamProfile profile, bool acceptsByName, TimeSpan retry)
    {
        var response = context.Response;
        var word = reason.Word();
        var jittered = DeliveryLoop.Jittered(retry);
        response.Headers[Header] = word;
        if (acceptsByName && profile.SparesEventSource)
        {
            profile.SetHead(context);
            await response.BodyWriter.WriteAsync(new ReadOnlyMemory<byte>([.. FrameWriter.RetryBlock(jittered)[..^1], .. System.Text.Encoding.ASCII.GetBytes($": {reason.Sentence()}\n\n")]));
            return;
        }

        profile.Common?.Invoke(context);
        if (profile.BusyBody is { } body)
        {
            await PlainText.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, body);
            return;
        }

        response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(jittered.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var status = reason == BusyReason.LimitPerAddress ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable;
        await Problems.WriteAsync(context, status, $"busy-{word}", reason.Sentence());
    }
}
