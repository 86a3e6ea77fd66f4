using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace SseFabric.Channels.Hosting;

/// <summary>Sends metrics and traces to an OpenTelemetry collector, where the standard variables of the environment name one.</summary>
/// <remarks>
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or of metrics or traces alone <c>OTEL_EXPORTER_OTLP_METRICS_ENDPOINT</c> and <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>;
/// the exporter reads these and the others of its specification itself.
/// </remarks>
public sealed class TelemetryExport : IHostedService, IDisposable
{
    private const string ServiceName = "sse-fabric";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;

    /// <summary>Begins to listen; nothing is sent yet.</summary>
    public TelemetryExport()
    {
        if (Variable("OTEL_SDK_DISABLED").Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        if ((Variable(Endpoint) + Variable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")).Length > 0)
        {
            _metrics = Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter("SseFabric.*", "System.Runtime").AddOtlpExporter().Build();
        }

        if ((Variable(Endpoint) + Variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")).Length > 0)
        {
            _traces = Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe).AddSource("SseFabric.*").AddOtlpExporter().Build();
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what has not been sent.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // It blocks until the collector has answered, or a while.
        await Task.Run(
            () =>
            {
                _traces?.ForceFlush((int)s_patience.TotalMilliseconds);
                _metrics?.ForceFlush((int)s_patience.TotalMilliseconds);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";

    // What the environment says (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) counts more.
    private static void Describe(ResourceBuilder resource) =>
        resource.Clear().AddService(ServiceName, serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}").AddTelemetrySdk().AddEnvironmentVariableDetector();
}
