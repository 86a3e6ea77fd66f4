using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SseFabric.Contracts;

namespace SseFabric.Client.Subscribing;

/// <summary>Subscribes to channels over HTTP, and keeps at it. Any thread; make one and keep it.</summary>
/// <remarks>
/// <para>Whatever ends a stream (the network, a 5xx, 429, 408 or busy answer, silence where heartbeats should be, the server itself), the subscriber waits
/// as long as the server asked for with <c>retry:</c> or Retry-After, jittered, and resumes with the last event id: every event comes once, and what can't
/// be had any more comes as a <see cref="StreamGap"/>. Attempts that fail in a row grow apart, up to <see cref="SubscriberOptions.MaxRetry"/>.</para>
/// <para>It reads no faster than the caller takes: a slow caller is a slow subscriber at the frontend.</para>
/// </remarks>
public sealed partial class SseFabricSubscriber : IDisposable
{
    private const int RefusalBytes = 4096;

    private static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(2);

    private readonly SubscriberOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    /// <summary>A subscriber with connections of its own.</summary>
    /// <exception cref="OptionsValidationException">The options are not valid; the message tells every fault.</exception>
    public SseFabricSubscriber(SubscriberOptions? options = null, ILogger<SseFabricSubscriber>? logger = null, TimeProvider? time = null)
    {
        _options = options ?? new SubscriberOptions();
        var valid = new SubscriberOptionsValidator().Validate(null, _options);
        if (valid.Failed)
        {
            throw new OptionsValidationException(nameof(SubscriberOptions), typeof(SubscriberOptions), valid.Failures);
        }

        _logger = logger ?? NullLogger<SseFabricSubscriber>.Instance;
        _time = time ?? TimeProvider.System;

        // An id is UTF-8, as an EventSource sends it.
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            PooledConnectionLifetime = s_connectionLifetime,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        });
    }

    /// <summary>Subscribes, and comes back by itself until the enumeration is given up.</summary>
    /// <param name="channels">One or more channels.</param>
    /// <param name="lastEventId">Where to resume, from a <see cref="StreamItem.LastEventId"/>; null (the default): begin with what is published from now on.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Events and gaps in order. It ends only if the server answers 204, which by the HTML standard says: don't come back.</returns>
    /// <exception cref="ArgumentException">There is no channel, or the id can't stand in a header.</exception>
    /// <exception cref="SubscriptionRefusedException">The server refuses: a 4xx but 408 and 429, or something that is no event stream.</exception>
    /// <exception cref="InvalidDataException">An event is larger than <see cref="SubscriberOptions.MaxEventBytes"/>.</exception>
    public IAsyncEnumerable<StreamItem> SubscribeAsync(
        IReadOnlyCollection<ChannelName> channels, string? lastEventId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channels);
        if (channels.Count == 0)
        {
            throw new ArgumentException("A subscriber names at least one channel.", nameof(channels));
        }

        if (lastEventId?.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            throw new ArgumentException("A last event id has no CR, LF or NUL.", nameof(lastEventId));
        }

        return EnumerateAsync(Address(channels), lastEventId ?? "", cancellationToken);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async IAsyncEnumerable<StreamItem> EnumerateAsync(Uri address, string lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var delay = new ReconnectDelay(_options.Retry, _options.MaxRetry, Random.Shared.NextDouble);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var attempt = await ConnectAsync(address, lastEventId, cancellationToken);
            if (attempt.IsOver)
            {
                yield break;
            }

            var reason = attempt.Reason;
            if (attempt.Connection is { } connection)
            {
                await using (connection)
                {
                    while (await connection.NextAsync() is { } item)
                    {
                        yield return item;
                    }

                    lastEventId = connection.LastEventId;
                    delay.Answered(connection.Retry);
                    reason ??= connection.BrokenBy?.Message ?? "the server ended the response";
                }
            }
            else
            {
                delay.Failed();
            }

            var wait = delay.Next(attempt.RetryAfter);
            Log.Reconnecting(_logger, address, reason!, wait);
            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    private async Task<Attempt> ConnectAsync(Uri address, string lastEventId, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.HeartbeatTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            using var request = Request(address, lastEventId);
            response = await _http.SendAsync(request, either.Token);
            if (IsStream(response))
            {
                var body = await response.Content.ReadAsStreamAsync(either.Token);
                var connection = new StreamConnection(response, body, _options, lastEventId, _time, cancellationToken);
                var busy = response.Headers.TryGetValues("X-SSE-Busy", out var why) ? $"it is busy ({string.Join(", ", why)})" : null;
                response = null;
                return new Attempt { Connection = connection, Reason = busy };
            }

            return await RefusedAsync(address, response, either.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return new Attempt { Reason = exception.Message };
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Attempt { Reason = $"no response within {_options.HeartbeatTimeout}" };
        }
        finally
        {
            response?.Dispose();
        }
    }

    private async Task<Attempt> RefusedAsync(Uri address, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return new Attempt { IsOver = true };
        }

        if (response.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)
        {
            var after = response.Headers.RetryAfter;
            return new Attempt { Reason = $"it was answered with {(int)response.StatusCode}", RetryAfter = after?.Delta ?? after?.Date - _time.GetUtcNow() };
        }

        var buffer = new byte[RefusalBytes];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        throw new SubscriptionRefusedException(address, response.StatusCode, Encoding.UTF8.GetString(buffer, 0, read));
    }

    private static bool IsStream(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.OK
        && string.Equals(response.Content.Headers.ContentType?.MediaType, "text/event-stream", StringComparison.OrdinalIgnoreCase);

    private HttpRequestMessage Request(Uri address, string lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.CacheControl = new CacheControlHeaderValue { NoStore = true };
        if (lastEventId.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        _options.ConfigureRequest?.Invoke(request);
        return request;
    }

    private Uri Address(IEnumerable<ChannelName> channels)
    {
        var query = string.Join('&', channels.Select(channel => $"channel={Uri.EscapeDataString(channel.Value)}"));
        var address = _options.Address!.AbsoluteUri;
        return new Uri($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}");
    }

    /// <summary>What came of an attempt to connect: a connection, the end, or a reason to try again.</summary>
    private readonly record struct Attempt
    {
        public StreamConnection? Connection { get; init; }

        public bool IsOver { get; init; }

        public string? Reason { get; init; }

        public TimeSpan? RetryAfter { get; init; }
    }
}
