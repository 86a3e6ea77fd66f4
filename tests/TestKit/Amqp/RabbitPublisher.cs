using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace SseFabric.TestKit.Amqp;

/// <summary>Publishes as any application would; each publish is confirmed by the broker.</summary>
public sealed class RabbitPublisher : IAsyncDisposable
{
    private readonly IConnection _connection;

    private RabbitPublisher(IConnection connection, IChannel channel) => (_connection, Channel) = (connection, channel);

    /// <summary>For what else is to be done at the broker.</summary>
    public IChannel Channel { get; }

    public static async Task<RabbitPublisher> ConnectAsync(int port, string user, string password)
    {
        var factory = new ConnectionFactory { HostName = "127.0.0.1", Port = port, UserName = user, Password = password, AutomaticRecoveryEnabled = false, ClientProvidedName = "publisher" };
        var connection = await factory.CreateConnectionAsync();
        return new RabbitPublisher(connection, await connection.CreateChannelAsync(new CreateChannelOptions(true, true)));
    }

    /// <returns>Whether a queue took it: something is bound to the key.</returns>
    public async Task<bool> PublishAsync(string exchange, string key, byte[] body)
    {
        try
        {
            await Channel.BasicPublishAsync(exchange, key, mandatory: true, body);
            return true;
        }
        catch (PublishException returned) when (returned.IsReturn)
        {
            return false;
        }
    }

    /// <returns>Whether a queue took it: something is bound to the key.</returns>
    public Task<bool> PublishAsync(string exchange, string key, string text) => PublishAsync(exchange, key, Encoding.UTF8.GetBytes(text));

    /// <summary>Publishes all of them in this order, many on their way at a time.</summary>
    public async Task PublishAllAsync(string exchange, IEnumerable<(string Key, byte[] Body)> messages)
    {
        foreach (var some in messages.Chunk(100))
        {
            await Task.WhenAll(some.Select(message => Channel.BasicPublishAsync(exchange, message.Key, message.Body).AsTask()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
