using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SseFabric.TestKit.Http;

namespace SseFabric.TestKit.Delivery;

/// <summary>One subscriber on a bare socket.</summary>
public sealed class SwarmSubscriber : IAsyncDisposable
{
    private const int ReceiveBytes = 8 << 10;
    private static readonly TimeSpan s_beforeReconnect = TimeSpan.FromMilliseconds(20);
    private readonly DeliveryLedger _ledger;
    private readonly SwarmTarget _target;
    private readonly SwarmOptions _options;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _lastEventId = "";
    private LedgerSubscriber? _record;
    private Task _run = Task.CompletedTask;
    private volatile TaskCompletionSource? _paused;
    private volatile Socket? _socket;
    private readonly ConcurrentQueue<TimeSpan> _requested = [];
    private TimeSpan _retry = s_beforeReconnect;
    private int _attempts;

    internal SwarmSubscriber(DeliveryLedger ledger, string name, SwarmTarget target, SwarmOptions options)
    {
        _ledger = ledger;
        Name = name;
        _target = target;
        _options = options;
    }

    public string Name { get; }

    public bool IsConnected { get; private set; }

    /// <summary>Why the stream ended; null while it hasn't.</summary>
    public string? EndedBy { get; private set; }

    public int Connections { get; private set; }

    public long Comments { get; private set; }

    /// <summary>When it sent each of its requests, since the machine's start.</summary>
    public IReadOnlyCollection<TimeSpan> Requested => _requested;

    /// <summary>Whether it will never come back: it was answered as a browser takes for final.</summary>
    public bool HasGivenUp { get; private set; }

    /// <summary>Its part of the ledger, once joined.</summary>
    public LedgerSubscriber Record => _record ?? throw new InvalidOperationException($"{Name} has not joined.");

    /// <summary>Stops reading: after the next piece that comes, nothing is taken from the socket any more.</summary>
    public void Pause() => Interlocked.CompareExchange(ref _paused, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    /// <summary>Resets the connection, as a network that breaks does.</summary>
    public void Cut() => _socket?.Close(0);

    public void Resume() => Interlocked.Exchange(ref _paused, null)?.SetResult();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _run;
        _closing.Dispose();
    }

    /// <summary>Connects and returns once the first block has come. Nothing may be published on the channels meanwhile.</summary>
    internal async Task JoinAsync()
    {
        // Registered before the connection is made: what is published from now on is due.
        _record = _ledger.Join(Name, _target.Channels);
        _run = RunAsync();
        await await Task.WhenAny(_joined.Task, _run);
        if (!_joined.Task.IsCompleted)
        {
            throw new InvalidOperationException($"{Name} could not join: {EndedBy}");
        }
    }

    private async Task RunAsync()
    {
        do
        {
            try
            {
                await ConnectAndReadAsync();
                EndedBy = "the server ended the response";
            }
            catch (Exception broken) when (broken is SocketException or InvalidDataException or OperationCanceledException or ObjectDisposedException)
            {
                EndedBy = broken.Message;
            }

            IsConnected = false;
            _attempts++;
            await Task.Delay(_options.Reconnect ? _retry : TimeSpan.Zero, TimeProvider.System, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (_options.Reconnect && !HasGivenUp && !_closing.IsCancellationRequested);
    }

    private async Task ConnectAndReadAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket = socket;
        if (_options.ReceiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        Uri[] servers = [_target.Server, .. _target.Others];
        var server = servers[_attempts % servers.Length];
        await socket.ConnectAsync(IPAddress.Parse(server.Host), server.Port, _closing.Token);
        var resume = _lastEventId.Length == 0 ? "" : $"Last-Event-ID: {_lastEventId}\r\n";
        var request = $"GET {_target.PathAndQuery} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: text/event-stream\r\n{resume}\r\n";
        _requested.Enqueue(TimeSpan.FromMilliseconds(Environment.TickCount64));
        await socket.SendAsync(Encoding.UTF8.GetBytes(request), _closing.Token);
        var stream = new Reading(this);
        var buffer = new byte[ReceiveBytes];
        int read;
        while ((read = await socket.ReceiveAsync(buffer, _closing.Token)) > 0)
        {
            if (stream.Take(buffer.AsSpan(0, read)))
            {
                return;
            }

            if (_paused is { } pause)
            {
                await pause.Task.WaitAsync(_closing.Token);
            }
        }
    }

    /// <summary>The state of one response.</summary>
    private sealed class Reading : ISseHandler
    {
        private readonly SwarmSubscriber _owner;
        private readonly SseByteParser _parser;
        private readonly ChunkDecoder _chunks = new();
        private readonly List<byte> _head = [];
        private bool _inBody;

        public Reading(SwarmSubscriber owner)
        {
            _owner = owner;
            _parser = new SseByteParser(this);
        }

        /// <summary>Takes what was received; true at the end of the response.</summary>
        public bool Take(ReadOnlySpan<byte> wire)
        {
            if (!_inBody)
            {
                var before = _head.Count;
                _head.AddRange(wire);
                var end = _head.ToArray().AsSpan().IndexOf("\r\n\r\n"u8);
                if (end < 0)
                {
                    return false;
                }

                BeginBody(Encoding.Latin1.GetString(_head.ToArray(), 0, end));
                wire = wire[(end + 4 - before)..];
            }

            _chunks.Decode(wire, _parser);
            if (_owner._options.Reconnect && _parser.LastEventId.Length > 0)
            {
                // As a browser's, it outlives a connection that was cut before its first block.
                _owner._lastEventId = Encoding.UTF8.GetString(_parser.LastEventId);
            }

            return _chunks.IsDone;
        }

        public void OnEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id)
        {
            if (type.SequenceEqual("missedevents"u8))
            {
                using var told = JsonDocument.Parse(data.ToArray());
                _owner.Record.Tell(told.RootElement.GetProperty("channel").GetString()!, told.RootElement.GetProperty("reason").GetString()!);
            }
            else
            {
                _owner.Record.Arrive(data);
            }
        }

        public void OnBlock(ReadOnlySpan<byte> id) => _owner._joined.TrySetResult();

        public void OnComment(ReadOnlySpan<byte> text) => _owner.Comments++;

        public void OnRetry(TimeSpan retry) => _owner._retry = _owner._options.IsBrowser ? retry : _owner._retry;

        private void BeginBody(string head)
        {
            if (!head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) || !head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
            {
                _owner.HasGivenUp = _owner._options.IsBrowser;
                throw new InvalidDataException($"The answer was {head.Split('\r')[0]}");
            }

            _inBody = true;
            if (!head.Contains("X-SSE-Busy", StringComparison.OrdinalIgnoreCase))
            {
                _owner.IsConnected = true;
                _owner.Connections++;
            }
            else if (!_owner._options.IsBrowser)
            {
                throw new InvalidDataException($"The answer was to come back later: {head}");
            }
        }
    }
}
