using System.Globalization;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Stats;

/// <summary>What a running program measures, at <c>/metrics</c> and at an OpenTelemetry collector.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class MetricsTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    // Those of its bytes that are text: 65 19 16.
    private const string PartOfTraceId = "e\u0019\u0016";

    [Fact]
    [Trait("Parity", "141")]
    public async Task Metrics_StreamsAndEvents_AreCounted()
    {
        await using var application = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("", "X-SSE-OFFLOAD: events\r\n"));
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Routes:0:Path=^/app/", $"--Fabric:Routes:0:Upstream={application.Address}");
        using var http = new HttpPublisher(fabric.Address);
        await using var offloaded = await SseClient.JoinAsync(new Uri(fabric.Address, "/app/x"));
        await using (var closed = await SseClient.JoinAsync(fabric.Events("events"), new SseRequest { LastEventId = "never-seen" }))
        {
            Assert.Equal("missedevents", (await closed.NextAsync()).Type);
            await http.PublishAsync("events", "12345");
            Assert.Equal("12345", (await closed.NextAsync()).Text);
            Assert.Equal("12345", (await offloaded.NextAsync()).Text);
        }

        // A loop counts what it has handed out, and its walk's lag, a moment after the client has it.
        var metrics = await Eventually.SeeAsync(
            "the end of a stream, and all that was sent",
            () => ReadAsync(http),
            metrics => metrics.GetValueOrDefault("""ssefabric_closes_total{reason="client_gone"}""") == 1
                && metrics.GetValueOrDefault("ssefabric_frames_sent_total") >= 3 && metrics.GetValueOrDefault("ssefabric_delivery_lag_seconds_count") >= 1,
            show: metrics => string.Join('\n', metrics));

        Assert.Equal(1, Sum("ssefabric_subscribers_active"));
        Assert.Equal(2, Sum("ssefabric_subscribers_opened_total"));
        Assert.Equal(1, metrics["""ssefabric_hand_offs_total{kind="header"}"""]);
        Assert.Equal(3, metrics["ssefabric_frames_sent_total"]);
        Assert.InRange(metrics["ssefabric_frames_size_bytes_total"], 2 * "data: 12345\n\n".Length, 500);
        Assert.Equal(1, metrics["""ssefabric_gaps_total{reason="unknown"}"""]);
        Assert.Equal(1, metrics["""ssefabric_resumes_total{outcome="unknown"}"""]);
        Assert.Equal((1, 1), (metrics["ssefabric_attaches_total"], metrics["ssefabric_feeds"]));
        Assert.Equal((1, 1), (metrics["ssefabric_events_published_total"], metrics["ssefabric_channels_subscribed"]));
        Assert.Equal(0, metrics["ssefabric_queues_size_bytes"]);
        Assert.Equal(1, metrics["ssefabric_delivery_lag_seconds_count"]);
        Assert.Equal(1, metrics["""ssefabric_delivery_lag_seconds_bucket{le="+Inf"}"""]);
        Assert.InRange(metrics["ssefabric_delivery_lag_seconds_sum"], 0, 5);
        Assert.True(metrics["dotnet_process_memory_working_set_bytes"] > 1_000_000);
        Assert.DoesNotContain(metrics.Keys, name => name.StartsWith("ssefabric_drain_progress", StringComparison.Ordinal) || name.StartsWith("ssefabric_redis", StringComparison.Ordinal));
        return;

        double Sum(string name) => metrics.Where(metric => metric.Key.StartsWith(name + "{", StringComparison.Ordinal)).Sum(metric => metric.Value);
    }

    [Fact]
    public async Task Metrics_WithAKey_AskForIt()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Management:Key=geheim-key", "--profile=cyclone");
        using var http = new HttpPublisher(fabric.Address);

        Assert.Equal(401, (await http.SendAsync(HttpMethod.Get, "/metrics", null, null)).Status);
        var answer = await http.SendAsync(HttpMethod.Get, "/metrics", null, null, ("Authorization", "Bearer geheim-key"));
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (answer.Status, answer.Header("Content-Type")));
    }

    [Fact]
    public async Task Metrics_WhileDraining_TellHowFarItIs()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Drain:Window=00:00:04");
        using var http = new HttpPublisher(fabric.Address);
        var streams = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SseClient.JoinAsync(fabric.Events("drained"))));

        var ended = fabric.Process.TerminateAsync();
        await Eventually.SeeAsync("a drain halfway", () => ReadAsync(http), metrics => metrics.GetValueOrDefault("ssefabric_drain_progress_ratio", -1) is > 0 and < 1);

        Assert.Equal(0, await ended);
        await Task.WhenAll(streams.Select(stream => stream.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Otlp_EndpointInTheEnvironment_IsSentMetricsAndTraces()
    {
        await using var collector = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync("");
        });
        var port = FreePort.Next();
        await using var program = SseFabricProcess.Run(["--port", $"{port}", "--Fabric:RespDoor:Listen="], new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "300",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=proving-ground",
        });
        await program.WaitForLineAsync("the ready line", line => line.Contains("is ready", StringComparison.Ordinal));
        var address = new Uri($"http://127.0.0.1:{port}");
        using var http = new HttpPublisher(address);
        await using var stream = await SseClient.JoinAsync(new Uri(address, "/events?channel=traced"));
        await http.PublishAsync("traced", "x", ("traceparent", $"00-{TraceId}-b7ad6b7169203331-01"));

        await SeeAsync("/v1/metrics", "ssefabric.subscribers.active", "ssefabric.delivery.lag", "sse-fabric", "proving-ground");
        await SeeAsync("/v1/traces", "attach", "publish", "traced", PartOfTraceId);

        Task SeeAsync(string path, params string[] words) => Eventually.SeeAsync(
            $"{string.Join(", ", words)} at {path}",
            () => string.Concat(collector.Exchanges.Where(exchange => exchange.RequestLine.StartsWith($"POST {path} ", StringComparison.Ordinal)).Select(exchange => exchange.Body)),
            sent => words.All(word => sent.Contains(word, StringComparison.Ordinal)));
    }

    private static async Task<Dictionary<string, double>> ReadAsync(HttpPublisher http)
    {
        var answer = await http.SendAsync(HttpMethod.Get, "/metrics", null, null);
        Assert.True(answer.Status == 200, $"{answer.Status}: {answer.Body}");
        return answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
