using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace SseFabric.Frontend.HandOff;

/// <summary>Passes an application's answer on, part by part as it comes: nothing is read that the client hasn't made room for.</summary>
internal static class PassedAnswer
{
    private const int MinReadBytes = 4 << 10;

    /// <summary>Every header of an answer, with each of its values.</summary>
    public static IEnumerable<(string Name, StringValues Values)> HeadersOf(HttpResponseMessage answer)
    {
        foreach (var header in answer.Headers.NonValidated)
        {
            yield return (header.Key, Values(header.Value));
        }

        foreach (var header in answer.Content.Headers.NonValidated)
        {
            yield return (header.Key, Values(header.Value));
        }
    }

    /// <summary>The headers that <c>Connection</c> takes away.</summary>
    public static ConnectionHeaders ConnectionOf(HttpResponseMessage answer) =>
        new(answer.Headers.NonValidated.TryGetValues(HeaderNames.Connection, out var values) ? Values(values) : default);

    /// <summary>Sets the response's head.</summary>
    /// <exception cref="InvalidOperationException">A header holds what HTTP doesn't allow.</exception>
    public static void SetHead(HttpResponse response, HttpResponseMessage answer, HandOffHeaders handOff)
    {
        response.StatusCode = (int)answer.StatusCode;
        if (answer.ReasonPhrase is { Length: > 0 } phrase && !phrase.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            response.HttpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = phrase;
        }

        var connection = ConnectionOf(answer);
        var hasLength = answer.Headers.TransferEncodingChunked is not true && response.StatusCode != StatusCodes.Status204NoContent;
        foreach (var (name, values) in HeadersOf(answer))
        {
            if (!connection.Contains(name) && !handOff.IsHidden(answer, name) && (hasLength || !name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)))
            {
                response.Headers[name] = values;
            }
        }
    }

    /// <summary>Writes the body.</summary>
    public static async Task CopyBodyAsync(HttpContext context, HttpResponseMessage answer, UpstreamPatience patience, TimeSpan idleTimeout)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.StartAsync(context.RequestAborted);
        var writer = context.Response.BodyWriter;
        await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
        while (true)
        {
            patience.Begin(idleTimeout);

            // Waits without holding a buffer.
            _ = await body.ReadAsync(Memory<byte>.Empty, patience.Token);
            var read = await body.ReadAsync(writer.GetMemory(MinReadBytes), patience.Token);
            patience.Pause();
            if (read == 0)
            {
                return;
            }

            writer.Advance(read);
            var flush = await writer.FlushAsync(context.RequestAborted);
            if (flush.IsCompleted)
            {
                return;
            }
        }
    }

    private static StringValues Values(HeaderStringValues values) => values.Count == 1 ? values.ToString() : values.ToArray();
}
