using SseFabric.Channels.Sources.Amqp;

namespace SseFabric.Unit.Sources;

public sealed class AmqpAddressTests
{
    [Theory]
    [InlineData("amqp://h?exchange=e", "guest:guest h:5672 / e direct", "RabbitMQ h:5672, exchange e")]
    [InlineData("amqp://h/?exchange=e&type=topic", "guest:guest h:5672 / e topic", "RabbitMQ h:5672, exchange e")]
    [InlineData("amqp://me:p%40ss%2Fword@h:1/%2Fchat?type=fanout&exchange=my%20events", "me:p@ss/word h:1 /chat my events fanout", "RabbitMQ h:1//chat, exchange my events")]
    [InlineData("amqps://h,[::1]:7,10.0.0.1/v?exchange=amq.direct", "guest:guest h:5671 ::1:7 10.0.0.1:5671 v amq.direct direct", "RabbitMQ h:5671, ::1:7, 10.0.0.1:5671/v (TLS), exchange amq.direct")]
    public void Url_Good_IsRead(string url, string read, string description)
    {
        Assert.True(AmqpAddress.TryParse(url, out var address, out var error), error);

        var hosts = string.Join(' ', address.Hosts.Select(host => $"{host.Host}:{host.Port}"));
        Assert.Equal(read, $"{address.User}:{address.Password} {hosts} {address.VirtualHost} {address.Exchange} {address.ExchangeType}");
        Assert.Equal(description, address.Description);
        Assert.Equal(url.StartsWith("amqps", StringComparison.Ordinal), address.Tls);
        Assert.True(AmqpAddress.IsMeant(url));
    }

    [Theory]
    [InlineData("amqp://", "another form")]
    [InlineData("amqp:h", "another form")]
    [InlineData("amqp://h/a/b?exchange=e", "another form")]
    [InlineData("amqp://u:p:q@h?exchange=e", "another form")]
    [InlineData("amqp://h?exchange=e#f", "another form")]
    [InlineData("amqp://h:0?exchange=e", "a host, or its port, is none")]
    [InlineData("amqp://h:65536?exchange=e", "a host, or its port, is none")]
    [InlineData("amqp://h,?exchange=e", "a host, or its port, is none")]
    [InlineData("amqp://h h?exchange=e", "a host, or its port, is none")]
    [InlineData("amqp://h", "names no exchange")]
    [InlineData("amqp://h?exchange=", "nothing else")]
    [InlineData("amqp://h?exchange=e&exchange=f", "nothing else")]
    [InlineData("amqp://h?exchange=e&durable=true", "nothing else")]
    [InlineData("amqp://h?exchange=a%0Ab", "no control characters")]
    [InlineData("amqp://h?exchange=e&type=headers", "none of direct, fanout, topic")]
    public void Url_Bad_IsRefusedWithTheReason(string url, string reason)
    {
        Assert.False(AmqpAddress.TryParse(url, out _, out var error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topic", "a.b", true)]
    [InlineData("topic", "a*.b#", true)]
    [InlineData("topic", "a.*", false)]
    [InlineData("topic", "#", false)]
    [InlineData("direct", "#", true)]
    public void Name_WithWildcards_IsNotBoundOnATopicExchange(string type, string name, bool isBound)
    {
        Assert.True(AmqpAddress.TryParse($"amqp://h?exchange=e&type={type}", out var address, out _));
        Assert.Equal(isBound, address.CanBind(name));
    }
}
