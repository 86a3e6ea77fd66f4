namespace SseFabric.Frontend.Management.Metrics;

/// <summary>Names as Prometheus has them: <c>ssefabric.frames.size</c> in bytes, a counter, is <c>ssefabric_frames_size_bytes_total</c>. Pure.</summary>
internal static class PrometheusName
{
    public static string Of(string instrument, string? unit, MetricKind kind)
    {
        var name = string.Create(instrument.Length, instrument, static (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
            }
        });
        name = With(name, unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "1" when kind == MetricKind.Gauge => "_ratio",
            _ => "",
        });
        return kind == MetricKind.Counter ? With(name, "_total") : name;
    }

    private static string With(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal) ? name : name + suffix;
}
