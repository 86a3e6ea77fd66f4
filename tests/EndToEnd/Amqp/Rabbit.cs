using SseFabric.TestKit.Amqp;

namespace SseFabric.EndToEnd.Amqp;

/// <summary>The classes that share one broker, one after the other: it takes its time to start.</summary>
[CollectionDefinition(nameof(Rabbit))]
public sealed class Rabbit : IAsyncLifetime, ICollectionFixture<Rabbit>
{
    public RabbitServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RabbitServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}
