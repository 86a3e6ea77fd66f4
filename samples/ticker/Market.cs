using System.Globalization;
using System.Text;
using SseFabric.Contracts;

namespace SseFabric.Ticker;

/// <summary>Makes up prices, and publishes each to its own channel.</summary>
internal sealed class Market(IChannelFabric fabric, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(200);

    public static IReadOnlyList<string> Symbols { get; } = ["ACORN", "BIRCH", "CEDAR", "ELDER", "HAZEL", "LARCH", "MAPLE", "ROWAN"];

    public static string ChannelOf(string symbol) => $"price.{symbol}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var prices = Symbols.ToDictionary(symbol => symbol, _ => 50 + (Random.Shared.NextDouble() * 150));
        using var pace = new PeriodicTimer(s_pace, time);
        do
        {
            foreach (var symbol in Symbols)
            {
                var price = prices[symbol] *= 1 + ((Random.Shared.NextDouble() - 0.5) / 100);
                var data = Encoding.UTF8.GetBytes(price.ToString("0.00", CultureInfo.InvariantCulture));

                // The event's type tells the page which price it is; what can't be published now is out of date a moment later.
                await fabric.PublishAsync(ChannelName.Parse(ChannelOf(symbol)), [new NewEvent(symbol, data)], stoppingToken);
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }
}
