using System.Net;
using System.Text.Json;
using SseFabric.Contracts;

namespace SseFabric.Client.Http;

/// <summary>Reads a frontend's response to a publish.</summary>
internal static class HttpPublishResponse
{
    private const int DetailLength = 500;

    /// <summary>The answer that the response gives.</summary>
    /// <exception cref="HttpRequestException">No frontend answers like this: the address is wrong.</exception>
    public static async Task<PublishAnswer> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return Accepted(body, isRepeat: response.Headers.Contains("Idempotent-Replayed")) ?? throw Foreign(response, body);
        }

        PublishOutcome? outcome = response.StatusCode switch
        {
            HttpStatusCode.BadRequest => PublishOutcome.BadFormat,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => PublishOutcome.Unauthorized,
            HttpStatusCode.RequestEntityTooLarge => PublishOutcome.TooLarge,
            HttpStatusCode.TooManyRequests => PublishOutcome.Overloaded,
            >= HttpStatusCode.InternalServerError => PublishOutcome.Unavailable,
            _ => null,
        };
        return outcome is { } known ? PublishAnswer.Refused(known, Detail(response, body), RetryAfter(response, time)) : throw Foreign(response, body);
    }

    private static PublishAnswer? Accepted(string body, bool isRepeat)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.TryGetProperty("id"u8, out var id) && root.TryGetProperty("subscribers"u8, out var subscribers)
                ? PublishAnswer.Accepted(id.GetString(), subscribers.GetInt32(), isRepeat)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    // Problem details, where a frontend made the response.
    private static string Detail(HttpResponseMessage response, string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.TryGetProperty("detail"u8, out var detail) && detail.GetString() is { Length: > 0 } sentence)
            {
                return sentence;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Something in between made it.
        }

        return $"The response was {Shown(response, body)}";
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var after = response.Headers.RetryAfter;
        var delay = after?.Delta ?? after?.Date - time.GetUtcNow();
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }

    private static HttpRequestException Foreign(HttpResponseMessage response, string body) => new(
        $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.AbsoluteUri} was not answered by a frontend that takes events there: {Shown(response, body)}",
        null,
        response.StatusCode);

    private static string Shown(HttpResponseMessage response, string body) =>
        $"{(int)response.StatusCode}{(body.Length == 0 ? "" : ": ")}{body[..Math.Min(body.Length, DetailLength)].Trim()}";
}
