using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Sources.Amqp;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Sources;

/// <summary>A source of its own, and all that its observers have heard.</summary>
internal sealed class SourceUnderTest : IAsyncDisposable
{
    private readonly LoggerFactory _loggers;
    private readonly List<string> _heard = [];

    public SourceUnderTest(string configuration, IngestGate? gate = null, params IReadOnlyList<ChannelRule> rules)
    {
        _loggers = new LoggerFactory([Log]);
        Source = AmqpAddress.IsMeant(configuration) ? Amqp(configuration, gate ?? IngestGate.Default(), rules) : Redis(configuration, gate ?? IngestGate.Default(), rules);
    }

    public LogRecorder Log { get; } = new();

    public IServerSource Source { get; }

    public string[] Heard
    {
        get
        {
            lock (_heard)
            {
                return [.. _heard];
            }
        }
    }

    public async Task<RecordingObserver> SubscribeAsync(string channel)
    {
        // The first subscription waits for a connection only so long, and a slow machine's takes longer.
        Source.Start();
        await Eventually.SeeAsync("a connection to the server", () => Source.IsConnected, isConnected => isConnected);
        var observer = new RecordingObserver(channel, _heard);
        Assert.True(await TrySubscribeAsync(channel, observer), $"Subscribed {channel}");
        return observer;
    }

    public Task<bool> TrySubscribeAsync(string channel, IChannelSourceObserver? observer = null) =>
        Source.SubscribeAsync(ChannelName.Parse(channel), observer ?? new RecordingObserver(channel, _heard), default).AsTask().Within($"the subscription of {channel}");

    public Task HearAsync(params string[] expected) => Eventually.SeeAsync(
        $"to hear {string.Join(", ", expected)}", () => Heard, heard => heard.SequenceEqual(expected), show: heard => string.Join(", ", heard));

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        _loggers.Dispose();
        Assert.DoesNotContain(Log.Records, record => record.Level == LogLevel.Error);
    }

    private RedisSource Redis(string configuration, IngestGate gate, IReadOnlyList<ChannelRule> rules)
    {
        Assert.True(RedisEndpoints.TryParse(configuration, out var endpoints, out var error), error);
        return new RedisSource(endpoints, new ChannelRules(rules), gate, TimeProvider.System, _loggers.CreateLogger<RedisSource>());
    }

    private AmqpSource Amqp(string url, IngestGate gate, IReadOnlyList<ChannelRule> rules)
    {
        Assert.True(AmqpAddress.TryParse(url, out var address, out var error), error);
        return new AmqpSource(address, new ChannelRules(rules), gate, TimeProvider.System, _loggers.CreateLogger<AmqpSource>());
    }
}
