using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Engine;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Engines;

[Trait("Suite", "Unit")]
public sealed class EngineLoopTests
{
    /// <summary>Longer than ten ticks, shorter than a heartbeat.</summary>
    private static readonly TimeSpan s_longTurn = TimeSpan.FromSeconds(1.1);

    /// <summary>A turn that takes long, under load, must not put heartbeats and ends off for good.</summary>
    [Fact]
    public async Task Ticks_MissedInALongTurn_AreMadeUpFor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The engine needs epoll.");
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new FrontendMetrics(services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        using var loop = new EngineLoop(0, new StreamOptions(), new RevokedTokens(), metrics, TimeProvider.System, NullLogger<DeliveryLoop>.Instance);
        loop.Start(null!);
        var clock = Stopwatch.StartNew();
        loop.Post(new Turn(() => SpinWait.SpinUntil(() => clock.Elapsed > s_longTurn)));

        await Eventually.SeeAsync(
            "the ticks of all the time that has passed",
            async () =>
            {
                var now = 0L;
                var turn = new Turn(() => now = loop.Wheel.Now);
                loop.Post(turn);
                await turn.Done.Within("the loop's coming round");
                return (Now: now, Passed: clock.Elapsed / loop.Wheel.Tick);
            },
            seen => seen.Passed > s_longTurn / loop.Wheel.Tick && seen.Now >= seen.Passed - 2);
    }

    private sealed class Turn(Action action) : ILoopItem<DeliveryLoop>
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public void Execute(DeliveryLoop loop)
        {
            action();
            _done.SetResult();
        }
    }
}
