using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.RespDoor;

/// <summary>An open door on a port of its own.</summary>
internal sealed class DoorUnderTest : IAsyncDisposable
{
    private readonly LoggerFactory _loggers;

    private DoorUnderTest(RespDoorOptions options, IReadOnlyList<ChannelRule> rules, TimeProvider time)
    {
        _loggers = new LoggerFactory([Log]);
        Door = new Channels.RespDoor.RespDoor(options, Fabric, new ChannelRules(rules), time, _loggers.CreateLogger<Channels.RespDoor.RespDoor>());
    }

    public RecordingFabric Fabric { get; } = new();

    public LogRecorder Log { get; } = new();

    public Channels.RespDoor.RespDoor Door { get; }

    public static async Task<DoorUnderTest> OpenAsync(string? password = null, TimeProvider? time = null, params IReadOnlyList<ChannelRule> rules)
    {
        var options = new RespDoorOptions { Listen = "127.0.0.1:0", Password = password };
        var opened = new DoorUnderTest(options, rules, time ?? TimeProvider.System);
        await opened.Door.StartAsync(default);
        return opened;
    }

    public Task<DoorClient> ConnectAsync() => DoorClient.ConnectAsync(Door.EndPoint!);

    public async ValueTask DisposeAsync()
    {
        await Door.DisposeAsync();
        _loggers.Dispose();
        Assert.DoesNotContain(Log.Records, record => record.Level == LogLevel.Error);
    }
}
