using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources.Amqp;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Contracts;

namespace SseFabric.Channels.Sources;

/// <summary>The servers of <c>Fabric:Redis</c> and <c>Fabric:Servers</c>, Redis or AMQP, as one source: each channel hears the one that its rule names. Any thread.</summary>
/// <remarks>One connection a server, also where two names stand for the same configuration. Order holds within a server.</remarks>
public sealed class ChannelSources : IChannelSource, IAsyncDisposable
{
    private readonly ChannelRules _rules;
    private readonly IChannelSource _default;
    private readonly Dictionary<string, IChannelSource> _byName;

    /// <summary>The sources of validated options.</summary>
    /// <exception cref="FormatException">A configuration string is none; a validator should have said so before.</exception>
    public ChannelSources(FabricOptions options, ChannelRules rules, IngestGate gate, TimeProvider time, ILoggerFactory loggers)
    {
        var byConfiguration = new Dictionary<string, IChannelSource> { [""] = new NoSource() };
        _rules = rules;
        _default = Source(options.Redis);
        _byName = options.Servers.ToDictionary(server => server.Key, server => Source(server.Value), StringComparer.OrdinalIgnoreCase);

        IChannelSource Source(string configuration)
        {
            if (!byConfiguration.TryGetValue(configuration, out var source))
            {
                source = AmqpAddress.IsMeant(configuration) ? Amqp(configuration) : Redis(configuration);
                byConfiguration.Add(configuration, source);
            }

            return source;
        }

        AmqpSource Amqp(string url) =>
            new(AmqpAddress.TryParse(url, out var address, out var error) ? address : throw new FormatException(error), rules, gate, time, loggers.CreateLogger<AmqpSource>());

        RedisSource Redis(string configuration) => new(
            RedisEndpoints.TryParse(configuration, out var endpoints, out var error) ? endpoints : throw new FormatException(error), rules, gate, time, loggers.CreateLogger<RedisSource>());
    }

    /// <inheritdoc/>
    public string Description => string.Join(" and ", Distinct().Select(source => source.Description));

    /// <summary>Begins to connect to every server.</summary>
    /// <param name="metrics">Measures them.</param>
    public void Start(SourceMetrics metrics)
    {
        var named = _byName.Select(source => (source.Key, source.Value)).Prepend(("default", _default)).ToList();
        metrics.Watch("redis", [.. named.Where(source => source.Item2 is RedisSource).Select(source => (source.Item1, (IServerSource)source.Item2))]);
        metrics.Watch("amqp", [.. named.Where(source => source.Item2 is AmqpSource).Select(source => (source.Item1, (IServerSource)source.Item2))]);
        foreach (var source in Distinct().OfType<IServerSource>())
        {
            source.Start();
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> SubscribeAsync(ChannelName channel, IChannelSourceObserver observer, CancellationToken cancellationToken) =>
        For(channel).SubscribeAsync(channel, observer, cancellationToken);

    /// <inheritdoc/>
    public void Unsubscribe(ChannelName channel, IChannelSourceObserver observer) => For(channel).Unsubscribe(channel, observer);

    /// <inheritdoc/>
    public IOrderedSource? OrderOf(ChannelName channel) => For(channel).OrderOf(channel);

    /// <inheritdoc/>
    public bool IsSilent(ChannelName channel) => For(channel).IsSilent(channel);

    /// <summary>Ends every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var source in Distinct().OfType<IServerSource>())
        {
            await source.DisposeAsync();
        }
    }

    private IChannelSource For(ChannelName channel) => _rules.For(channel).Server is { } server ? _byName[server] : _default;

    private IEnumerable<IChannelSource> Distinct() => _byName.Values.Prepend(_default).Distinct();
}
