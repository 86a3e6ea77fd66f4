using System.Globalization;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>Publishes the numbers from 1 on to a channel, until it is stopped.</summary>
internal sealed class NumberPublisher : IAsyncDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(5);
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _publishing;
    private int _last;

    private NumberPublisher(RedisClient redis, string channel) => _publishing = PublishAsync(redis, channel);

    public static async Task<NumberPublisher> StartAsync(SseFabricProcess fabric, string channel) =>
        new(await RedisClient.ConnectAsync(fabric.Door), channel);

    /// <summary>The newest number.</summary>
    public int Last => Volatile.Read(ref _last);

    /// <returns>The last number.</returns>
    public async Task<int> StopAsync()
    {
        await _enough.CancelAsync();
        await _publishing;
        return _last;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _enough.Dispose();
    }

    private async Task PublishAsync(RedisClient redis, string channel)
    {
        await using (redis)
        {
            using var pace = new PeriodicTimer(s_pace);
            while (!_enough.IsCancellationRequested)
            {
                await redis.PublishAsync(channel, (_last + 1).ToString(CultureInfo.InvariantCulture));
                Interlocked.Increment(ref _last);
                await pace.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }
}
