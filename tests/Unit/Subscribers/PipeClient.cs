using System.IO.Pipelines;
using System.Text;
using SseFabric.Contracts;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>A client at the other end of a pipe, which keeps what it reads; it can stop reading, and go.</summary>
internal sealed class PipeClient : ISseHandler
{
    private readonly FanOutUnderTest _under;
    private readonly Pipe _pipe;
    private readonly PipeOutput _output;
    private readonly SseByteParser _parser;
    private readonly SubscribeRequest _request;
    private readonly Lock _lock = new();
    private readonly List<string> _seen = [];
    private readonly List<byte> _bytes = [];
    private string _lastEventId = "";
    private readonly TaskCompletionSource _reads = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _aborts;

    public PipeClient(FanOutUnderTest under, IEnumerable<string> channels, string? lastEventId, bool reads, long pauseAt, bool isPoll, IStreamFormat? format, TimeSpan? lifetime, string? tokenId)
    {
        _under = under;
        _pipe = new Pipe(new PipeOptions(pauseWriterThreshold: pauseAt, resumeWriterThreshold: Math.Max(1, pauseAt / 2), useSynchronizationContext: false));
        _parser = new SseByteParser(this);
        _output = new PipeOutput(_pipe.Writer, Abort, peer: null);
        Subscriber = new Subscriber(under.Loops.Next(), _output, under.Options, isPoll)
        {
            ExpiresAt = lifetime is { } span ? (under.Time.GetUtcNow() + span).UtcTicks : long.MaxValue,
            TokenId = tokenId,
        };
        _request = new SubscribeRequest([.. channels.Distinct().Select(ChannelName.Parse)], lastEventId, format ?? under.Native, Subscriber);
        if (reads)
        {
            _reads.SetResult();
        }

        Reading = Task.Run(ReadAsync);
    }

    public Subscriber Subscriber { get; }

    public Task Reading { get; }

    public LedgerSubscriber? Ledger { get; set; }

    public int Aborts => Volatile.Read(ref _aborts);

    /// <summary>It reads, and has not taken yet what it was given.</summary>
    public bool IsBehind => _reads.Task.IsCompleted && Subscriber.IsBusy;

    public long BytesRead { get; private set; }

    /// <summary>Everything so far: data of events, <c>!channel:reason</c> for gaps, <c>#id</c> for blocks, <c>:</c> for comments.</summary>
    public string[] Seen
    {
        get
        {
            lock (_lock)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>Everything so far, byte for byte, as Latin-1.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                return Encoding.Latin1.GetString([.. _bytes]);
            }
        }
    }

    public string[] Events => [.. Seen.Where(seen => seen[0] is not ('#' or ':'))];

    public string LastEventId
    {
        get
        {
            lock (_lock)
            {
                return _lastEventId;
            }
        }
    }

    /// <summary>Does what the endpoint does.</summary>
    public async Task<SubscribeOutcome> SubscribeAsync()
    {
        var outcome = await _under.Loop.SubscribeAsync(_request);
        if (outcome == SubscribeOutcome.Joined)
        {
            _ = EndAsync();
        }
        else
        {
            await _pipe.Writer.CompleteAsync();
        }

        return outcome;
    }

    public void Leave() => _under.Loop.Abandon(_request);

    public void StartReading() => _reads.TrySetResult();

    public Task SeeAsync(string awaited, Func<string[], bool> holds) =>
        ReadUntilAsync(awaited, () => holds(Seen), () => string.Join(' ', Seen.TakeLast(10).Select(one => one.Length > 20 ? one[..20] : one)));

    /// <summary>It has been given more than it takes.</summary>
    public Task StallsAsync() => Eventually.SeeAsync("a write that the client doesn't take", () => Subscriber.IsBusy, busy => busy);

    public Task SeeTextAsync(string text) => SeeTextAsync($"'{text}'", seen => seen == text);

    public Task SeeTextAsync(string awaited, Func<string, bool> holds) => ReadUntilAsync(awaited, () => holds(Text), () => Text);

    public Task SeeEventsAsync(params string[] events) =>
        ReadUntilAsync($"[{string.Join(' ', events)}]", () => Events.SequenceEqual(events), () => $"[{string.Join(' ', Events)}]");

    public Task<CloseReason> ClosedAsync() => _output.Completion.Within("the end of a stream", () => $"{Seen.Length} blocks");

    void ISseHandler.OnEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id)
    {
        var seen = Ledger is null ? Encoding.UTF8.GetString(data) : "e";
        if (type.SequenceEqual("missedevents"u8))
        {
            using var told = System.Text.Json.JsonDocument.Parse(data.ToArray());
            var (channel, reason) = (told.RootElement.GetProperty("channel").GetString()!, told.RootElement.GetProperty("reason").GetString()!);
            Ledger?.Tell(channel, reason);
            seen = $"!{channel}:{reason}";
        }
        else
        {
            Ledger?.Arrive(data);
        }

        Add(seen, Encoding.UTF8.GetString(id));
    }

    void ISseHandler.OnBlock(ReadOnlySpan<byte> id)
    {
        var lastEventId = Encoding.UTF8.GetString(id);
        Add($"#{lastEventId}", lastEventId);
    }

    void ISseHandler.OnComment(ReadOnlySpan<byte> text) => Add(":", null);

    // Both at a time: whoever sees the event finds its id, and the other way round.
    private void Add(string seen, string? lastEventId)
    {
        lock (_lock)
        {
            _seen.Add(seen);
            _lastEventId = lastEventId ?? _lastEventId;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _bytes.AddRange(bytes);
        }
    }

    private void Abort()
    {
        Interlocked.Increment(ref _aborts);
        _pipe.Writer.CancelPendingFlush();
    }

    /// <summary>Looks after each read.</summary>
    private async Task ReadUntilAsync(string awaited, Func<bool> holds, Func<string> show)
    {
        while (true)
        {
            // Taken before the look: what is read after it is not missed.
            var more = _more.Task;
            if (holds())
            {
                return;
            }

            await more.Within(awaited, show);
        }
    }

    private async Task EndAsync()
    {
        await _output.Completion;
        await _pipe.Writer.CompleteAsync();
        _reads.TrySetResult();
    }

    private async Task ReadAsync()
    {
        await _reads.Task;
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync();
            foreach (var segment in read.Buffer)
            {
                BytesRead += segment.Length;
                Keep(segment.Span);
                _parser.Append(segment.Span);
            }

            _pipe.Reader.AdvanceTo(read.Buffer.End);
            var more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            more.SetResult();
            if (read.IsCompleted)
            {
                await _pipe.Reader.CompleteAsync();
                return;
            }
        }
    }
}
