using System.Net;
using SseFabric.TestKit.Delivery;

namespace SseFabric.Cluster.Kit;

/// <summary>Publishes on one channel over HTTP, event after event, each with a key of its own and again until it is acknowledged.</summary>
internal sealed class AcknowledgedPublisher(DeliveryLedger ledger, string channel, IReadOnlyList<Uri> servers) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Requests that were not acknowledged.</summary>
    public int Refusals { get; private set; }

    /// <summary>Publishes the next event.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        var payload = ledger.NextPayload(channel);
        var key = Guid.NewGuid().ToString("N");
        for (var attempt = 0; !await TryAsync(servers[attempt % servers.Count], payload, key, cancellationToken); attempt++)
        {
            Refusals++;
            await Task.Delay(s_pause, TimeProvider.System, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> TryAsync(Uri server, byte[] payload, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"/channels/{channel}/events"))
        {
            Content = new ByteArrayContent(payload),
            Headers = { { "Idempotency-Key", key } },
        };
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => true,
                HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests => false,
                _ => throw new InvalidOperationException($"The answer was {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}"),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
