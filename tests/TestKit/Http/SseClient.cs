using System.Net;
using System.Net.ServerSentEvents;
using System.Threading.Channels;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Http;

/// <summary>A subscriber on the BCL's HttpClient and SseParser: what it sees, a standard client sees.</summary>
public sealed class SseClient : IAsyncDisposable
{
    private readonly HttpMessageInvoker? _ownInvoker;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<SseEvent> _events = Channel.CreateUnbounded<SseEvent>();
    private readonly ByteLog _raw = new();
    private readonly Task _pump;
    private int _disposed;

    private SseClient(HttpMessageInvoker? ownInvoker, HttpResponseMessage response, Stream body)
    {
        _ownInvoker = ownInvoker;
        Response = response;
        _pump = PumpAsync(body);
    }

    public HttpResponseMessage Response { get; }

    public HttpStatusCode Status => Response.StatusCode;

    /// <summary>The body so far.</summary>
    public string Raw => _raw.Text;

    public byte[] RawBytes => _raw.ToArray();

    /// <summary>The comment lines so far, without the colon.</summary>
    public IReadOnlyList<string> Comments =>
        [.. Raw.Split('\n').Where(line => line.StartsWith(':')).Select(line => line[1..].Trim())];

    /// <summary>Completes when the response has ended, whether in order or not.</summary>
    public Task Ended => _pump;

    /// <summary>Why the body broke off; null if it is open or ended in order.</summary>
    public Exception? BrokenBy { get; private set; }

    /// <summary>Sends the request and waits for the response's head.</summary>
    public static async Task<SseClient> OpenAsync(Uri address, SseRequest? request = null, HttpMessageInvoker? shared = null)
    {
        var own = shared is null ? NewInvoker() : null;
        try
        {
            using var message = Message(address, request ?? SseRequest.Default);
            var response = await (shared ?? own!).SendAsync(message, CancellationToken.None).Within($"a response to {message.Method} {address}");
            return new SseClient(own, response, await response.Content.ReadAsStreamAsync());
        }
        catch
        {
            own?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a stream and waits until it has joined its channels: the first block, with its id, is there.</summary>
    /// <remarks>A frontend that doesn't know of a silo yet is asked again, as an <c>EventSource</c> does.</remarks>
    public static async Task<SseClient> JoinAsync(Uri address, SseRequest? request = null, HttpMessageInvoker? shared = null) =>
        (await Eventually.SeeAsync<SseClient?>($"a stream of {address}", () => TryJoinAsync(address, request, shared), client => client is not null))!;

    public static HttpMessageInvoker NewInvoker() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, MaxConnectionsPerServer = int.MaxValue });

    /// <summary>A header of the response or of its content; null if there is none.</summary>
    public string? Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) || Response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    public async Task<SseEvent> NextAsync(TimeSpan? timeout = null)
    {
        try
        {
            return await _events.Reader.ReadAsync().AsTask().Within("the next event", RawTail, timeout);
        }
        catch (ChannelClosedException)
        {
            throw new InvalidOperationException($"Awaited: the next event. The stream ended instead ({BrokenBy?.Message ?? "in order"}), after: {RawTail()}");
        }
    }

    public async Task<IReadOnlyList<SseEvent>> TakeAsync(int count, TimeSpan? timeout = null)
    {
        var events = new List<SseEvent>();
        while (events.Count < count)
        {
            events.Add(await NextAsync(timeout));
        }

        return events;
    }

    /// <summary>An event that has come and was not taken yet.</summary>
    public bool TryNext(out SseEvent? next) => _events.Reader.TryRead(out next);

    public Task<string> WaitForRawAsync(string awaited, Func<string, bool> holds, TimeSpan? timeout = null) =>
        Eventually.SeeAsync(awaited, () => Raw, holds, timeout, show: _ => RawTail());

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _closing.CancelAsync();
        Response.Dispose();
        await _pump;
        _ownInvoker?.Dispose();
        _closing.Dispose();
    }

    private static async Task<SseClient?> TryJoinAsync(Uri address, SseRequest? request, HttpMessageInvoker? shared)
    {
        var client = await OpenAsync(address, request, shared);
        try
        {
            var busy = client.Header("X-SSE-Busy");
            if (busy == "starting")
            {
                await client.DisposeAsync();
                return null;
            }

            if (client.Status != HttpStatusCode.OK || busy is not null)
            {
                await client.Ended.Within("the end of a refusal");
                throw new InvalidOperationException($"{address} was answered with {(int)client.Status} {busy}: {client.Raw}");
            }

            await client.WaitForRawAsync("the first block", raw => raw.Contains("\n\n", StringComparison.Ordinal));
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private static HttpRequestMessage Message(Uri address, SseRequest request)
    {
        var message = new HttpRequestMessage(request.Method, address) { Version = request.Version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (request.Accept is not null)
        {
            message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        }

        if (request.LastEventId is not null)
        {
            message.Headers.TryAddWithoutValidation("Last-Event-ID", request.LastEventId);
        }

        foreach (var (name, value) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private async Task PumpAsync(Stream body)
    {
        var parser = SseParser.Create(new TapStream(body, _raw), static (_, data) => data.ToArray());
        try
        {
            await foreach (var item in parser.EnumerateAsync(_closing.Token))
            {
                await _events.Writer.WriteAsync(new SseEvent(item.EventId ?? parser.LastEventId, item.EventType, item.Data, item.ReconnectionInterval));
            }
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            BrokenBy = _closing.IsCancellationRequested ? null : broken;
        }

        _events.Writer.Complete();
    }

    private string RawTail()
    {
        var raw = Raw;
        return $"{raw.Length} characters, ending in {Quoted(raw.Length > 600 ? raw[^600..] : raw)}";
    }

    private static string Quoted(string text) => '"' + text.Replace("\n", "\\n", StringComparison.Ordinal) + '"';
}
