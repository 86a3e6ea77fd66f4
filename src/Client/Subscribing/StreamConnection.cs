using System.Net.ServerSentEvents;
using SseFabric.Contracts;

namespace SseFabric.Client.Subscribing;

/// <summary>One response with a stream. One reader.</summary>
internal sealed class StreamConnection : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly EventStreamTap _tap;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _items;
    private readonly CancellationToken _cancellationToken;

    public StreamConnection(
        HttpResponseMessage response, Stream body, SubscriberOptions options, string lastEventId, TimeProvider time, CancellationToken cancellationToken)
    {
        _response = response;
        _cancellationToken = cancellationToken;
        LastEventId = lastEventId;
        _tap = new EventStreamTap(body, options.HeartbeatTimeout, options.MaxEventBytes, lastEventId, time);
        _parser = SseParser.Create(_tap);
        _items = _parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>Where to resume.</summary>
    public string LastEventId { get; private set; }

    /// <summary>The reconnection time that the server has named; null if none.</summary>
    public TimeSpan? Retry => _parser.ReconnectionInterval == Timeout.InfiniteTimeSpan ? null : _parser.ReconnectionInterval;

    /// <summary>Why the stream has ended; null if in order.</summary>
    public Exception? BrokenBy { get; private set; }

    /// <summary>The next item; null if the stream has ended.</summary>
    public async ValueTask<StreamItem?> NextAsync()
    {
        try
        {
            if (await _items.MoveNextAsync())
            {
                return Item(_items.Current);
            }
        }
        catch (Exception exception) when (exception is IOException or TimeoutException && !_cancellationToken.IsCancellationRequested)
        {
            BrokenBy = exception;
        }

        LastEventId = _tap.LastEventId;
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _response.Dispose();
    }

    private StreamItem Item(SseItem<string> item)
    {
        // Its own, or that of a block without data before it.
        LastEventId = item.EventId ?? LastEventId;
        return item.EventType == StreamGap.EventType
            ? StreamGap.Read(item.Data, LastEventId)
            : new StreamEvent(item.EventType.Length > 0 ? item.EventType : NewEvent.DefaultType, item.Data, LastEventId);
    }
}
