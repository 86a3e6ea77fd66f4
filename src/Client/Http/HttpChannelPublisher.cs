using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using SseFabric.Contracts;

namespace SseFabric.Client.Http;

/// <summary>Publishes by HTTP to a frontend. Any thread; make one and keep it.</summary>
/// <remarks>
/// Every publish that may be tried again carries an idempotency key, its own if the caller gave none. So a try that fails, or is answered 429 or 5xx, can be repeated without
/// publishing twice, and is: up to <see cref="HttpPublisherOptions.Attempts"/> times in all, each after a growing, jittered wait, or after the wait that the
/// server's Retry-After asks for if that is longer. An outcome of <see cref="PublishOutcome.Unavailable"/> thus means that every try failed.
/// </remarks>
public sealed class HttpChannelPublisher : IChannelPublisher, IDisposable
{
    private const int MaxResponseBytes = 64 << 10;

    // A try begins on a connection that follows DNS.
    private static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(2);

    private readonly HttpPublisherOptions _options;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly string _address;

    /// <summary>A publisher with connections of its own.</summary>
    /// <exception cref="OptionsValidationException">The options are not valid; the message tells every fault.</exception>
    public HttpChannelPublisher(HttpPublisherOptions options, TimeProvider? time = null)
    {
        var valid = new HttpPublisherOptionsValidator().Validate(null, options);
        if (valid.Failed)
        {
            throw new OptionsValidationException(nameof(HttpPublisherOptions), typeof(HttpPublisherOptions), valid.Failures);
        }

        _options = options;
        _time = time ?? TimeProvider.System;
        _address = $"{options.Address!.AbsoluteUri.TrimEnd('/')}/channels/";
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = s_connectionLifetime, AllowAutoRedirect = false })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxResponseBytes,
        };
    }

    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">What answers at the address takes no events there.</exception>
    public async ValueTask<PublishAnswer> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        if (PublishRequest.Refusal(channel, events, idempotencyKey) is { } refusal)
        {
            return refusal;
        }

        if (channel.Value is "." or "..")
        {
            return PublishAnswer.Refused(PublishOutcome.BadFormat, $"A path can't carry the channel name '{channel}': servers resolve it away.");
        }

        var key = idempotencyKey ?? (_options.Attempts > 1 ? Guid.NewGuid().ToString("N") : null);
        var uncertain = false;
        for (var attempt = 1; ; attempt++)
        {
            var answer = await TryAsync(channel, events, key, cancellationToken);
            var again = answer.Outcome is PublishOutcome.Overloaded or PublishOutcome.Unavailable;
            uncertain |= answer.Outcome == PublishOutcome.Unavailable;
            if (!again || attempt == _options.Attempts || Delay(attempt, answer.RetryAfter) is not { } delay)
            {
                // Overloaded promises that nothing was accepted, which holds for this try only.
                return again && uncertain ? answer with { Outcome = PublishOutcome.Unavailable } : answer;
            }

            await Task.Delay(delay, _time, cancellationToken);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<PublishAnswer> TryAsync(ChannelName channel, IReadOnlyList<NewEvent> events, string? key, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = Request(channel, events, key);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, either.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // .NET's client lets a SocketException through where the peer is gone as soon as it has accepted.
            return PublishAnswer.Refused(PublishOutcome.Unavailable, $"{_options.Address} can't be reached: {exception.Message}");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return PublishAnswer.Refused(PublishOutcome.Unavailable, $"{_options.Address} did not answer within {_options.Timeout}.");
        }

        using (response)
        {
            return await HttpPublishResponse.ReadAsync(response, _time, cancellationToken);
        }
    }

    private HttpRequestMessage Request(ChannelName channel, IReadOnlyList<NewEvent> events, string? key)
    {
        var type = HttpPublishContent.IsPlain(events) && events[0].Type != NewEvent.DefaultType ? $"?event={Uri.EscapeDataString(events[0].Type)}" : "";
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{_address}{Uri.EscapeDataString(channel.Value)}/events{type}"))
        {
            Content = HttpPublishContent.Create(events),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (_options.Key is { } secret)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        }

        return request;
    }

    /// <summary>The wait after a try; null if it would be too long.</summary>
    private TimeSpan? Delay(int attempt, TimeSpan? retryAfter)
    {
        var growing = _options.RetryDelay * Math.Pow(2, attempt - 1) * (1 + (Random.Shared.NextDouble() / 2));
        if (retryAfter > _options.MaxRetryDelay)
        {
            return null;
        }

        var longer = retryAfter > growing ? retryAfter.Value : growing;
        return longer > _options.MaxRetryDelay ? _options.MaxRetryDelay : longer;
    }
}
