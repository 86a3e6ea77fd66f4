using SseFabric.Contracts.Stats;

namespace SseFabric.Frontend.Dashboard;

/// <summary>Reads once a second what the fabric counts, for all pages that look at it together, and not at all while none does. Any thread.</summary>
internal sealed class DashboardFeed(IFabricStats stats, TimeProvider time)
{
    /// <summary>The most pages that look at a time.</summary>
    public const int MaxViewers = 100;

    private const int MaxPoints = 300;
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);

    // A page that is loaded again finds its plots.
    private static readonly TimeSpan s_linger = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly DashboardReckoner _reckoner = new();
    private readonly Queue<DashboardPoint> _past = [];
    private TaskCompletionSource<DashboardSample> _next = NewNext();
    private DashboardSample? _last;
    private bool _isReading;
    private int _viewers;
    private long _leftAt;

    /// <summary>Whether there was room for another page; then it leaves with <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_viewers == MaxViewers)
            {
                return false;
            }

            _viewers++;
            if (!_isReading)
            {
                _isReading = true;
                _last = null;
                _next = NewNext();
                _ = ReadAsync();
            }

            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _viewers--;
            _leftAt = time.GetTimestamp();
        }
    }

    /// <summary>The latest sample that comes after this one: a page that is slow misses those between.</summary>
    /// <param name="number">The sample's number; 0: any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<DashboardSample> NextAsync(long number, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _last is { } last && last.Number > number ? Task.FromResult(last) : _next.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What was read last for those who look, or while nobody does, is read now.</summary>
    public ValueTask<FabricStats> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _isReading && _last is { } last ? new(last.Stats) : stats.ReadAsync(cancellationToken);
        }
    }

    /// <summary>What has been plotted so far.</summary>
    public byte[] Past()
    {
        lock (_lock)
        {
            return DashboardSample.Past(_past);
        }
    }

    private static TaskCompletionSource<DashboardSample> NewNext() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync()
    {
        // Off the lock under which it is started.
        await Task.Yield();
        try
        {
            using var timer = new PeriodicTimer(s_beat, time);
            for (var number = 1L; IsWatched(); number++)
            {
                Tell(number, await stats.ReadAsync(CancellationToken.None));
                await timer.WaitForNextTickAsync();
            }
        }
        catch (Exception fault)
        {
            // Those who wait fail with it, and begin it anew when they are back.
            lock (_lock)
            {
                _isReading = false;
                _next.TrySetException(fault);
            }
        }
    }

    private bool IsWatched()
    {
        lock (_lock)
        {
            return _isReading = _viewers > 0 || time.GetElapsedTime(_leftAt) < s_linger;
        }
    }

    private void Tell(long number, FabricStats read)
    {
        lock (_lock)
        {
            var point = _reckoner.Add(time.GetUtcNow().ToUnixTimeMilliseconds(), read);
            if (_past.Count == MaxPoints)
            {
                _past.Dequeue();
            }

            _past.Enqueue(point);
            _last = DashboardSample.Of(number, point, read);
            _next.SetResult(_last);
            _next = NewNext();
        }
    }
}
