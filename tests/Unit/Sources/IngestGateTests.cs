using SseFabric.Channels.Sources;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Sources;

[Trait("Suite", "Unit")]
public sealed class IngestGateTests
{
    [Fact]
    public async Task Wait_WithinTheBound_PassesAtOnce()
    {
        var gate = new IngestGate(10);
        gate.Add(10);
        Assert.False(gate.IsClosed);
        await gate.WaitAsync(TestContext.Current.CancellationToken).AsTask().Within("a passage within the bound");
    }

    [Fact]
    public async Task Wait_Beyond_PassesOnceThereIsRoom()
    {
        var gate = new IngestGate(10);
        gate.Add(21);
        var first = gate.WaitAsync(TestContext.Current.CancellationToken).AsTask();
        var second = gate.WaitAsync(TestContext.Current.CancellationToken).AsTask();
        gate.Release(10);
        Assert.True(gate.IsClosed);
        Assert.False(first.IsCompleted || second.IsCompleted);

        gate.Release(1);

        await Task.WhenAll(first, second).Within("a passage after the release");
        Assert.Equal(10, gate.WaitingBytes);
    }

    [Fact]
    public async Task Wait_Cancelled_GivesUp()
    {
        var gate = new IngestGate(0);
        gate.Add(1);
        using var stop = new CancellationTokenSource();
        var waiting = gate.WaitAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within("the end of a wait that was cancelled"));
    }

    /// <summary>Nobody may be left waiting at an open gate, however a release meets a wait.</summary>
    [Fact]
    public async Task Wait_ReleasedMeanwhile_NobodyIsForgotten()
    {
        var gate = new IngestGate(0);
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                gate.Add(1);
                gate.Release(1);
                await gate.WaitAsync(CancellationToken.None);
            }
        }));

        await Task.WhenAll(workers).Within("the end of all workers", () => $"{gate.WaitingBytes} bytes waiting", TimeSpan.FromSeconds(60));
        Assert.Equal(0, gate.WaitingBytes);
    }
}
