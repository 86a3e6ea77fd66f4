using System.Net;
using System.Net.Http.Headers;
using System.Text;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Http;

/// <summary>A publisher on the BCL's HttpClient.</summary>
public sealed class HttpPublisher(Uri server) : IDisposable
{
    private readonly HttpMessageInvoker _invoker = SseClient.NewInvoker();

    /// <summary>Sent with every request; null: none.</summary>
    public string? Bearer { get; init; }

    public Version Version { get; init; } = HttpVersion.Version11;

    /// <summary>Publishes one event and expects it to be accepted.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> PublishAsync(string channel, ReadOnlyMemory<byte> data, params (string Name, string Value)[] headers)
    {
        var answer = await PostAsync($"/channels/{Uri.EscapeDataString(channel)}/events", data, null, headers);
        return answer.Status == 200 ? answer.Json.GetProperty("id").GetString()! : throw new InvalidOperationException($"{answer.Status}: {answer.Body}");
    }

    public Task<string> PublishAsync(string channel, string data, params (string Name, string Value)[] headers) =>
        PublishAsync(channel, Encoding.UTF8.GetBytes(data), headers);

    public Task<HttpAnswer> PostAsync(string target, string body, string? contentType, params (string Name, string Value)[] headers) =>
        PostAsync(target, Encoding.UTF8.GetBytes(body), contentType, headers);

    public Task<HttpAnswer> PostAsync(string target, ReadOnlyMemory<byte> body, string? contentType, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, target, new ReadOnlyMemoryContent(body), contentType, headers);

    public async Task<HttpAnswer> SendAsync(HttpMethod method, string target, HttpContent? body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(method, new Uri(server, target)) { Version = Version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body };
        if (contentType is not null)
        {
            body!.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (Bearer is not null)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Bearer);
        }

        foreach (var (name, value) in headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                body!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await _invoker.SendAsync(message, CancellationToken.None).Within($"an answer to {method} {target}");
        var text = await response.Content.ReadAsStringAsync().Within("the body of an answer");
        return new HttpAnswer((int)response.StatusCode, text, response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    public void Dispose() => _invoker.Dispose();
}
