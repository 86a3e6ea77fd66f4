using SseFabric.Channels.Ordering;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>One connection's life: reads until it is lost, and notices when the server has fallen silent for good.</summary>
internal sealed class RedisPubSubConnection
{
    // Asked after one to two beats of silence, given up one beat later: a server that hangs is noticed within six seconds.
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(2);

    private readonly RedisLink _link;
    private readonly RedisPubSubReader _reader;
    private readonly IngestGate _gate;
    private readonly TimeProvider _time;
    private volatile bool _isReading;
    private volatile bool _isAlive = true;
    private volatile bool _isPinged;
    private volatile bool _isSilent;

    public RedisPubSubConnection(
        RedisLink link,
        SourceSubscriptionTable table,
        IngestGate gate,
        SourceCounters counters,
        TimeProvider time,
        Action<SourceSubscription, string> onRefused)
    {
        (_link, _gate, _time) = (link, gate, time);
        Commands = new RedisCommandWriter(link.Stream, link.Dispose);
        _reader = new RedisPubSubReader(table, Commands, counters, onRefused);
    }

    public RedisCommandWriter Commands { get; }

    /// <summary>Reads and hands out until the connection is lost or the token asks for the end; that is always an exception.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var beat = _time.CreateTimer(static self => ((RedisPubSubConnection)self!).Beat(), this, s_beat, s_beat);
        try
        {
            while (true)
            {
                using (FeedPump.Gather())
                {
                    _link.Buffer.Advance(_reader.Read(_link.Buffer.Unread.Span));
                }

                await _gate.WaitAsync(cancellationToken);
                _isReading = true;
                var count = await _link.Buffer.FillAsync(_link.Stream, cancellationToken);
                _isReading = false;
                _isAlive = true;
                if (count == 0)
                {
                    throw new RedisLinkException("The server closed the connection.");
                }
            }
        }
        catch (Exception exception) when (_isSilent && RedisConnector.IsLinkFailure(exception))
        {
            throw new RedisLinkException($"The server has not answered a PING for {s_beat}.");
        }
        finally
        {
            _link.Dispose();
            _link.Buffer.Dispose();
        }
    }

    // Silence counts only while this side listens: behind a closed gate an answer would not be seen.
    private void Beat()
    {
        if (!_isReading || _isAlive)
        {
            (_isAlive, _isPinged) = (false, false);
        }
        else if (!_isPinged)
        {
            _isPinged = true;
            Commands.Enqueue(SourceCommandKind.Ping, null);
        }
        else
        {
            _isSilent = true;
            _link.Dispose();
        }
    }
}
