using System.Globalization;
using System.Text;
using SseFabric.TestKit.Clients;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.RespDoor;

/// <summary>Redis clients that know nothing of the fabric publish at the door, each in all its ways; a subscriber gets every number once, in order.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RespDoorClientTests(DoorFixture fixture) : IClassFixture<DoorFixture>
{
    private readonly string _channel = FrontendFixture.Unique();

    [Theory]
    [Trait("Needs", "redis-tools")]
    [InlineData(null)]
    [InlineData(DoorFixture.Password)]
    public async Task RedisCli_Publishes(string? password)
    {
        var cli = Need.Tool("redis-cli");
        await using var subscriber = await fixture.JoinCountedAsync(_channel, password);
        string[] door = ["-p", Port(password), .. password is null ? [] : (string[])["--no-auth-warning", "-a", password]];
        string[] asUser = password is null ? door : [.. door, "--user", "default"];

        Assert.Equal("1", await RunAsync(cli, [.. door, "publish", _channel, "1"]));
        Assert.Equal("1", await RunAsync(cli, [.. asUser, "-3", "spublish", _channel, "2"]));
        Assert.Equal("PONG", await RunAsync(cli, [.. asUser, "ping"]));

        // Typed by a person, in a transaction, and as a mass insertion, which sends inline commands and an ECHO as end mark.
        var typed = $"printf 'publish {_channel} 3\\nmulti\\npublish {_channel} 4\\npublish {_channel} 5\\nexec\\n' | \"$0\" \"$@\"";
        Assert.Equal("1 OK QUEUED QUEUED 1 1", string.Join(' ', (await RunAsync("/bin/sh", ["-c", typed, cli, .. door])).Split('\n')));
        var piped = $"printf 'PUBLISH {_channel} 6\\r\\nPUBLISH {_channel} \"7\"\\r\\n' | \"$0\" \"$@\" --pipe";
        Assert.Contains("errors: 0, replies: 2", await RunAsync("/bin/sh", ["-c", piped, cli, .. door]), StringComparison.Ordinal);

        await AssertNumbersAsync(subscriber, 7);
    }

    [Theory]
    [Trait("Needs", "redis-tools")]
    [InlineData(null, "-P", "16")]
    [InlineData(null, "-P", "1")]
    [InlineData(null, "-P", "16", "-3")]
    [InlineData(DoorFixture.Password, "-P", "16", "-a", DoorFixture.Password)]
    [InlineData(DoorFixture.Password, "-P", "16", "--user", "default", "-a", DoorFixture.Password)]
    public async Task RedisBenchmark_Publishes(string? password, params string[] options)
    {
        const int requests = 10_000;
        var benchmark = Need.Tool("redis-benchmark");
        await using var subscriber = await fixture.JoinCountedAsync(_channel, password);

        await RunAsync(benchmark, ["-p", Port(password), "-n", $"{requests}", "-c", "10", "-q", .. options, "PUBLISH", _channel, "hello"]);

        var received = await subscriber.TakeAsync(requests);
        Assert.All(received, one => Assert.Equal(("message", "hello"), (one.Type, one.Text)));
        await AssertNothingElseAsync(subscriber, password);
    }

    [Theory]
    [Trait("Needs", "python3-redis")]
    [InlineData(null)]
    [InlineData(DoorFixture.Password)]
    public async Task PythonRedis_Publishes(string? password)
    {
        var python = await PythonAsync();
        await using var subscriber = await fixture.JoinCountedAsync(_channel, password);
        const string script =
            """
            import sys, redis
            port, channel, password = sys.argv[1:]
            user = 'default' if password else None
            r = redis.Redis(port=int(port), username=user, password=password or None, client_name='me', health_check_interval=1)
            assert r.ping()
            assert r.publish(channel, '1') == 1
            assert r.execute_command('SPUBLISH', channel, '2') == 1
            assert r.pipeline().publish(channel, '3').publish(channel, '4').execute() == [1, 1]
            assert r.pipeline(transaction=False).publish(channel, '5').publish(channel, '6').execute() == [1, 1]
            assert r.client_getname() == 'me'
            assert r.info()['redis_version']
            try:
                r.publish('', 'x')
                assert False
            except redis.ResponseError as e:
                assert 'channel name' in str(e)
            print('done')
            """;

        Assert.Equal("done", await RunAsync(python, ["-c", script, Port(password), _channel, password ?? ""]));
        await AssertNumbersAsync(subscriber, 6);
    }

    [Theory]
    [Trait("Needs", "node")]
    [InlineData("redis", 104, null, "2")]
    [InlineData("redis", 104, null, "3")]
    [InlineData("redis", 104, DoorFixture.Password, "2")]
    [InlineData("redis", 104, DoorFixture.Password, "3")]
    [InlineData("ioredis", 106, null)]
    [InlineData("ioredis", 106, DoorFixture.Password)]
    public async Task Npm_Publishes(string package, int numbers, string? password, params string[] options)
    {
        var node = await NpmPackages.NodeAsync();
        await using var subscriber = await fixture.JoinCountedAsync(_channel, password);
        var script = Path.Combine(NpmPackages.Folder, "publishers", $"{package}.mjs");

        var replies = await RunAsync(node, [script, Port(password), _channel, password ?? "", .. options]);

        Assert.Equal($"[{string.Join(',', Enumerable.Repeat(1, numbers))}]", replies);
        await AssertNumbersAsync(subscriber, numbers);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(DoorFixture.Password)]
    public async Task StackExchangeRedis_Publishes(string? password)
    {
        await using var subscriber = await fixture.JoinCountedAsync(_channel, password);

        Assert.Equal(Enumerable.Repeat(1L, 104), await StackExchangePublisher.PublishNumbersAsync(fixture.Fabric(password).Door, password, _channel));
        await AssertNumbersAsync(subscriber, 104);
    }

    [Theory]
    [InlineData(null, "2")]
    [InlineData(null, "3")]
    [InlineData(DoorFixture.Password, "3")]
    public async Task Hello_ThenEveryWayToPublish_Delivers(string? password, string protocol)
    {
        await using var subscriber = await fixture.JoinCountedAsync(_channel, password);
        await using var client = await RedisClient.ConnectAsync(fixture.Fabric(password).Door);
        string[] login = password is null ? [] : ["AUTH", "default", password];
        var greeting = (await client.ExecuteAsync(["HELLO", protocol, .. login])).Items!.Chunk(2).ToDictionary(pair => pair[0].Text, pair => pair[1]);

        Assert.Equal(long.Parse(protocol, CultureInfo.InvariantCulture), greeting["proto"].Number);
        Assert.Equal(1, (await client.ExecuteAsync("PUBLISH", _channel, "1")).Number);
        Assert.Equal(1, (await client.ExecuteAsync("SPUBLISH", _channel, "2")).Number);
        Assert.Equal("OK", (await client.ExecuteAsync("MULTI")).Text);
        Assert.Equal("QUEUED", (await client.ExecuteAsync("PUBLISH", _channel, "3")).Text);
        Assert.Equal("QUEUED", (await client.ExecuteAsync("SPUBLISH", _channel, "4")).Text);
        Assert.Equal([1, 1], (await client.ExecuteAsync("EXEC")).Items!.Select(item => item.Number));
        await client.SendRawAsync(Encoding.ASCII.GetBytes($"PUBLISH {_channel} 5\r\npublish {_channel} '6'\r\nECHO hi\r\nQUIT\r\n"));
        Assert.Equal((1, 1), ((await client.ReadAsync()).Number, (await client.ReadAsync()).Number));
        Assert.Equal(("hi", "OK"), ((await client.ReadAsync()).Text, (await client.ReadAsync()).Text));
        await Assert.ThrowsAsync<EndOfStreamException>(client.ReadAsync);
        await AssertNumbersAsync(subscriber, 6);
    }

    [Fact]
    public async Task WrongPassword_PublishesNothing()
    {
        await using var subscriber = await fixture.JoinCountedAsync(_channel, DoorFixture.Password);
        await using var client = await RedisClient.ConnectAsync(fixture.Fabric(DoorFixture.Password).Door);

        Assert.StartsWith("NOAUTH", (await client.SendAsync("PUBLISH", _channel, "x")).Text, StringComparison.Ordinal);
        Assert.StartsWith("WRONGPASS", (await client.SendAsync("AUTH", "default", "guess")).Text, StringComparison.Ordinal);
        Assert.StartsWith("WRONGPASS", (await client.SendAsync("AUTH", "somebody", DoorFixture.Password)).Text, StringComparison.Ordinal);
        Assert.StartsWith("WRONGPASS", (await client.SendAsync("HELLO", "3", "AUTH", "default", "guess")).Text, StringComparison.Ordinal);
        Assert.StartsWith("NOAUTH", (await client.SendAsync("SPUBLISH", _channel, "x")).Text, StringComparison.Ordinal);
        await AssertNothingElseAsync(subscriber, DoorFixture.Password);
    }

    private static async Task AssertNumbersAsync(SseClient subscriber, int last) =>
        Assert.Equal(
            Enumerable.Range(1, last).Select(number => $"message {number}"),
            (await subscriber.TakeAsync(last)).Select(received => $"{received.Type} {received.Text}"));

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        await using var process = ServerProcess.Start(program, arguments, workingDirectory: NpmPackages.Folder);
        Assert.True(await process.WaitForExitAsync(TimeSpan.FromSeconds(30)) == 0, process.Tail());
        return process.Tail().Trim();
    }

    // The distribution's own interpreter has its python3-redis; another that comes first in the path may not.
    private static async Task<string> PythonAsync()
    {
        foreach (var python in (string[])[Need.Tool("python3"), "/usr/bin/python3"])
        {
            await using var probe = ServerProcess.Start(python, ["-c", "import redis"]);
            if (await probe.WaitForExitAsync() == 0)
            {
                return python;
            }
        }

        Assert.Skip("python3-redis is not installed.");
        return "";
    }

    private string Port(string? password) => $"{fixture.Fabric(password).Door.Port}";

    /// <summary>What comes next is what is published now.</summary>
    private async Task AssertNothingElseAsync(SseClient subscriber, string? password)
    {
        await using var publisher = await fixture.ConnectAsync(password);
        await publisher.PublishAsync(_channel, "last");
        Assert.Equal("last", (await subscriber.NextAsync()).Text);
    }
}
