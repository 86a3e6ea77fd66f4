using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.History;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Sources.Amqp;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Channels.Stats;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Processes;

namespace SseFabric.Unit.Conventions;

/// <summary>docs/reference/metrics.md lists what the code measures: every instrument, its type and unit, its tag and the tag's values; no more.</summary>
[Trait("Suite", "Unit")]
public sealed partial class MetricsPageTests
{
    private static readonly Dictionary<string, string[]> s_rows = File.ReadLines(Path.Combine(Repository.Root, "docs/reference/metrics.md"))
        .Where(line => line.StartsWith("| `ssefabric.", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])
        .ToDictionary(cells => cells[0].Trim('`'));

    [Fact]
    public async Task Page_Instruments_AreThoseOfTheCode()
    {
        var measured = await MeasureAsync();

        Assert.Equal(measured.Keys.Order(), s_rows.Keys.Order());
        Assert.All(measured, entry =>
        {
            var cells = s_rows[entry.Key];
            Assert.Equal((entry.Key, entry.Value.Type, entry.Value.Unit), (entry.Key, cells[1], cells[2]));
            Assert.Equal(string.Join(' ', entry.Value.Tags), string.Join(' ', Quoted().Matches(cells[3]).Select(match => match.Groups[1].Value)));
            Assert.True(cells is [_, _, _, _, { Length: > 10 }], entry.Key);
        });
    }

    private static async Task<Dictionary<string, (string Type, string Unit, List<string> Tags)>> MeasureAsync()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var measured = new Dictionary<string, (string Type, string Unit, List<string> Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                measured.Add(instrument.Name, (Word(instrument), instrument.Unit!, []));
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();
        await ExerciseAsync(meters);
        listener.RecordObservableInstruments();
        return measured;

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var (key, value) in tags)
            {
                var words = measured[instrument.Name].Tags;
                words.AddRange(new[] { key, (string)value! }.Where(word => !words.Contains(word)));
            }
        }
    }

    private static async Task ExerciseAsync(IMeterFactory meters)
    {
        var frontend = new FrontendMetrics(meters, TimeProvider.System);
        Array.ForEach(["engine", "server"], frontend.SubscriberOpened);
        Array.ForEach(Enum.GetValues<CloseReason>(), reason => frontend.SubscriberClosed("engine", reason));
        frontend.Resumed(null);
        foreach (var reason in Enum.GetValues<GapReason>())
        {
            frontend.GapTold(reason);
            frontend.Resumed(reason);
        }

        Array.ForEach(Enum.GetValues<BusyReason>(), reason => frontend.SubscriberRefused(reason.Word()));
        Array.ForEach(Enum.GetValues<HandOffKind>(), frontend.HandedOff);
        frontend.DrainBegan();

        _ = new HistoryMetrics(meters);
        var moves = new MoveMetrics(meters);
        moves.Leaving();
        Array.ForEach(Enum.GetValues<MoveOutcome>(), moves.Left);
        await new ChannelMetrics(meters, new OwnedChannels(TimeProvider.System)).StartAsync(CancellationToken.None);
        Assert.True(RedisEndpoints.TryParse("127.0.0.1:1", out var endpoints, out _));
        var rules = new ChannelRules([]);
        Assert.True(AmqpAddress.TryParse("amqp://127.0.0.1:1?exchange=e", out var address, out _));
        var metrics = new SourceMetrics(meters);
        metrics.Watch("amqp", [("rabbit", new AmqpSource(address, rules, IngestGate.Default(), TimeProvider.System, NullLogger<AmqpSource>.Instance))]);
        metrics.Watch("redis", [("default", new RedisSource(endpoints, rules, IngestGate.Default(), TimeProvider.System, NullLogger<RedisSource>.Instance))]);
    }

    private static string Word(Instrument instrument) => instrument.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal) switch
    {
        "Counter" => "counter",
        "UpDownCounter" => "up-down counter",
        "Histogram" => "histogram",
        "Gauge" => "gauge",
        var other => other,
    };

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
