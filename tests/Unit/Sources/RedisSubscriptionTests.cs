using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Contracts;

namespace SseFabric.Unit.Sources;

/// <summary>The pub/sub protocol without a server: what is written to a stream, and what is heard of what a server would say.</summary>
public sealed class RedisSubscriptionTests : IDisposable
{
    private readonly List<string> _heard = [];
    private readonly List<string> _refused = [];
    private CommandRecorder _sent = new();
    private readonly SourceSubscriptionTable _table = new([], new ChannelRules([new ChannelRule { Match = "small", MaxEventBytes = 3 }]));
    private RedisCommandWriter _commands;
    private RedisPubSubReader _reader;

    public RedisSubscriptionTests()
    {
        (_commands, _reader) = Connect();
        _table.Attach(_commands);
    }

    [Fact]
    public async Task Message_OfASubscribedChannel_IsHeardOnceConfirmed()
    {
        var added = Add("a");
        Say(Message("a", "early"));
        Assert.False(added.IsCompleted);
        await _sent.SentAsync("SUBSCRIBE a");
        Say(Confirm("subscribe", "a") + Message("a", "1") + Message("b", "nobody's"));

        Assert.True(await added);
        Assert.Equal(["a subscribed", "a: 1"], _heard);
    }

    [Fact]
    public async Task Resubscribed_BeforeTheFirstConfirmation_HearsOnlyTheLast()
    {
        var first = new RecordingObserver("first", _heard);
        var second = new RecordingObserver("second", _heard);
        var one = _table.Add(ChannelName.Parse("a"), first);
        _table.Remove(ChannelName.Parse("a"), first);
        var two = _table.Add(ChannelName.Parse("a"), second);
        await _sent.SentAsync("SUBSCRIBE a|UNSUBSCRIBE a|SUBSCRIBE a");
        Say(Confirm("subscribe", "a") + Message("a", "1") + Confirm("unsubscribe", "a"));
        Assert.False(await one);
        Assert.False(two.IsCompleted);
        Say(Confirm("subscribe", "a") + Message("a", "2"));

        Assert.True(await two);
        Assert.Equal(["second subscribed", "second: 2"], _heard);
    }

    [Fact]
    public async Task Removed_IsForgottenOnceConfirmed()
    {
        var observer = new RecordingObserver("a", _heard);
        var added = _table.Add(ChannelName.Parse("a"), observer);
        await _sent.SentAsync("SUBSCRIBE a");
        Say(Confirm("subscribe", "a"));
        await added;
        _table.Remove(ChannelName.Parse("a"), observer);
        _table.Remove(ChannelName.Parse("a"), observer);
        await _sent.SentAsync("SUBSCRIBE a|UNSUBSCRIBE a");
        Say(Message("a", "late") + Confirm("unsubscribe", "a"));

        Assert.Equal(["a subscribed"], _heard);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public async Task Lost_IsToldOnceAndEverythingIsSubscribedAgain()
    {
        var confirmed = Add("a");
        await _sent.SentAsync("SUBSCRIBE a");
        Say(Confirm("subscribe", "a"));
        await confirmed;
        var unconfirmed = Add("b");
        _table.Detach();
        _table.Detach();
        Assert.False(await unconfirmed);
        Assert.False(await Add("c"));
        (_commands, _reader) = Connect();

        Assert.Equal(1, _table.Attach(_commands));
        await _sent.SentAsync("SUBSCRIBE a");
        Say(Message("a", "early") + Confirm("subscribe", "a") + Message("a", "1"));
        Assert.Equal(["a subscribed", "a lost", "a subscribed", "a: 1"], _heard);
    }

    [Fact]
    public async Task Refused_CostsTheOtherChannelsNothing()
    {
        var gate = new TaskCompletionSource();
        _sent.Gate = gate.Task;
        var first = Add("first");
        await _sent.Began.Task;
        var (a, b) = (Add("a"), Add("b"));
        gate.SetResult();
        await _sent.SentAsync("SUBSCRIBE first|SUBSCRIBE a b");
        Say(Confirm("subscribe", "first"));
        Say("-NOPERM this user has no permissions to access one of the channels used as arguments\r\n");
        await _sent.SentAsync("SUBSCRIBE first|SUBSCRIBE a b|SUBSCRIBE a|SUBSCRIBE b");
        Say("-NOPERM not a\r\n" + Confirm("subscribe", "b"));

        Assert.True(await first);
        Assert.False(await a);
        Assert.True(await b);
        Assert.Equal(["a: NOPERM not a"], _refused);
        Assert.Equal(["first subscribed", "b subscribed"], _heard);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100_000)]
    public async Task Stream_InPieces_IsHeardInOrder(int step)
    {
        var added = Task.WhenAll(Add("a"), Add("small"));
        await _sent.SentAsync("SUBSCRIBE a", "SUBSCRIBE a small", "SUBSCRIBE a|SUBSCRIBE small");
        var stream = Encoding.UTF8.GetBytes(
            Confirm("subscribe", "a") + Confirm("subscribe", "small") + Message("a", "1\r\n2") + Message("small", "1234") + "*2\r\n$4\r\npong\r\n$0\r\n\r\n"
            + Message("nobody", new string('x', 1000)) + ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$0\r\n\r\n" + Message("small", "123"));
        var start = 0;
        for (var end = Math.Min(step, stream.Length); start < stream.Length; end = Math.Min(end + step, stream.Length))
        {
            start += _reader.Read(stream.AsSpan(start..end));
        }

        await added;
        Assert.Equal(["a subscribed", "small subscribed", "a: 1\r\n2", "small oversized 4", "a: ", "small: 123"], _heard);
    }

    [Fact]
    public void Garbage_EndsTheConnectionAndNothingElse()
    {
        var random = new Random(20261121);
        var valid = Encoding.UTF8.GetBytes(Message("a", "1") + Confirm("subscribe", "a") + "+PONG\r\n" + Message("b", "2"));
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = valid.AsSpan().ToArray();
            for (var faults = random.Next(1, 4); faults > 0; faults--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.InRange(Connect().Reader.Read(bytes), 0, bytes.Length);
            }
            catch (RedisLinkException)
            {
                // Said so.
            }
        }
    }

    public void Dispose() => _sent.Dispose();

    private static string Message(string channel, string payload) =>
        $"*3\r\n$7\r\nmessage\r\n${channel.Length}\r\n{channel}\r\n${payload.Length}\r\n{payload}\r\n";

    private static string Confirm(string kind, string channel) => $"*3\r\n${kind.Length}\r\n{kind}\r\n${channel.Length}\r\n{channel}\r\n:1\r\n";

    private Task<bool> Add(string channel) => _table.Add(ChannelName.Parse(channel), new RecordingObserver(channel, _heard));

    private void Say(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(bytes.Length, _reader.Read(bytes));
    }

    private (RedisCommandWriter Commands, RedisPubSubReader Reader) Connect()
    {
        _sent = new CommandRecorder();
        var commands = new RedisCommandWriter(_sent, () => { });
        var reader = new RedisPubSubReader(_table, commands, new SourceCounters(), (refused, error) => _refused.Add($"{refused.Channel}: {error}"));
        return (commands, reader);
    }
}
