using SseFabric.TestKit.Amqp;

namespace SseFabric.EndToEnd.Amqp;

/// <summary>The classes that share one broker, one after the other: it takes its time to start.</summary>
[CollectionDefinition(nameof(Rabbit))]
public sealed class Rabbit : IAsyncDisposable, ICollectionFixture<Rabbit>
{
    // Started by the first test, not with the fixture: a test can be skipped for want of it, a fixture could only fail.
    private Task<RabbitServer>? _server;

    /// <summary>One caller at a time.</summary>
    public Task<RabbitServer> ServerAsync() => _server ??= RabbitServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsCompletedSuccessfully: true })
        {
            await (await _server).DisposeAsync();
        }
    }
}
