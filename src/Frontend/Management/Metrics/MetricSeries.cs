namespace SseFabric.Frontend.Management.Metrics;

/// <summary>What one instrument has measured with one set of tags. Any thread.</summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, IReadOnlyList<double> bounds)
{
    private readonly long[] _buckets = new long[bounds.Count + 1];
    private long _whole;
    private double _fraction;

    public IReadOnlyList<KeyValuePair<string, object?>> Tags => tags;

    /// <summary>The sum, or what was set last.</summary>
    public double Value => Interlocked.Read(ref _whole) + Volatile.Read(ref _fraction);

    /// <summary>How many measurements fell into each bucket of a histogram, the last being those above all bounds.</summary>
    public IReadOnlyList<long> Buckets => _buckets;

    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> other)
    {
        if (other.Length != tags.Length)
        {
            return false;
        }

        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i].Key != other[i].Key || !Equals(tags[i].Value, other[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    public void Add(long measurement) => Interlocked.Add(ref _whole, measurement);

    public void Add(double measurement)
    {
        double before;
        do
        {
            before = Volatile.Read(ref _fraction);
        }
        while (Interlocked.CompareExchange(ref _fraction, before + measurement, before) != before);
    }

    public void Observe(double measurement)
    {
        var bucket = 0;
        while (bucket < bounds.Count && measurement > bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _buckets[bucket]);
        Add(measurement);
    }
}
