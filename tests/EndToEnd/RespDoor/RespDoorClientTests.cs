using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.RespDoor;

/// <summary>Redis clients that know nothing of the fabric publish through the door.</summary>
public sealed class RespDoorClientTests : IAsyncDisposable
{
    private readonly PublishedEvents _fabric = new();
    private readonly List<string> _folders = [];
    private Channels.RespDoor.RespDoor? _door;

    [Theory]
    [InlineData(null)]
    [InlineData("s3cret")]
    public async Task RedisCli_Publishes(string? password)
    {
        var port = await OpenAsync(password);
        string[] login = password is null ? [] : ["--no-auth-warning", "-a", password];
        await RunAsync(Need.Tool("redis-cli"), null, ["-p", port, .. login, "publish", "clock", "hello"], "3");
        await RunAsync(Need.Tool("redis-cli"), null, ["-p", port, .. login, "-3", "publish", "clock", "again"], "(integer) 3", "3");
        await RunAsync(Need.Tool("redis-cli"), null, ["-p", port, .. login, "ping"], "PONG");

        Assert.Equal(["clock=hello", "clock=again"], _fabric.Published);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("s3cret")]
    public async Task Python_Publishes(string? password)
    {
        var python = await PythonAsync();
        var port = await OpenAsync(password);
        const string script =
            """
            import sys, redis
            r = redis.Redis(port=int(sys.argv[1]), password=sys.argv[2] or None, client_name='me', health_check_interval=1)
            assert r.ping()
            assert r.publish('clock', 'hello') == 3
            assert r.pipeline().publish('clock', '1').publish('other', '2').execute() == [3, 3]
            assert r.pipeline(transaction=False).publish('clock', '3').publish('clock', '4').execute() == [3, 3]
            assert r.client_getname() == 'me'
            assert r.info()['redis_version']
            try:
                r.publish('', 'x')
                assert False
            except redis.ResponseError as e:
                assert 'channel name' in str(e)
            print('done')
            """;
        await RunAsync(python, null, ["-c", script, port, password ?? ""], "done");

        Assert.Equal(["clock=hello", "clock=1", "other=2", "clock=3", "clock=4"], _fabric.Published);
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(3, "s3cret")]
    public async Task Node_Publishes(int protocol, string? password)
    {
        var folder = await InstallNodeRedisAsync();
        var port = await OpenAsync(password);
        var script =
            $$"""
            const { createClient } = require('redis');
            (async () => {
              const client = createClient({ url: 'redis://127.0.0.1:{{port}}', password: {{(password is null ? "undefined" : $"'{password}'")}}, RESP: {{protocol}} });
              client.on('error', error => { console.log('error', error); process.exit(1); });
              await client.connect();
              const one = await client.publish('clock', 'hello');
              const many = await Promise.all(Array.from({ length: 100 }, (_, i) => client.publish('many', String(i))));
              const multi = await client.multi().publish('clock', '1').publish('clock', '2').exec();
              console.log([one, many.every(count => count === 3), multi].join());
              await client.quit();
            })();
            """;
        await RunAsync(Need.Tool("node"), folder, ["-e", script], "3,true,3,3");

        Assert.Equal(
            ["clock=hello", .. Enumerable.Range(0, 100).Select(i => $"many={i}"), "clock=1", "clock=2"],
            _fabric.Published);
    }

    public async ValueTask DisposeAsync()
    {
        if (_door is not null)
        {
            await _door.DisposeAsync();
        }

        _folders.ForEach(static folder => Directory.Delete(folder, recursive: true));
    }

    private async Task<string> OpenAsync(string? password)
    {
        var options = new RespDoorOptions { Listen = "127.0.0.1:0", Password = password };
        _door = new Channels.RespDoor.RespDoor(
            options, _fabric, new ChannelRules([]), TimeProvider.System, NullLogger<Channels.RespDoor.RespDoor>.Instance);
        await _door.StartAsync(TestContext.Current.CancellationToken);
        return $"{_door.EndPoint!.Port}";
    }

    private static async Task RunAsync(string program, string? folder, string[] arguments, params string[] oneOf)
    {
        await using var process = ServerProcess.Start(program, arguments, workingDirectory: folder);
        await process.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.True(oneOf.Contains(process.Tail().Trim()), process.Tail());
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

    private async Task<string> InstallNodeRedisAsync()
    {
        var npm = Need.Tool("npm");
        Need.Tool("node");
        var folder = Directory.CreateTempSubdirectory("ssefabric-npm-").FullName;
        _folders.Add(folder);
        await using var install = ServerProcess.Start(npm, ["install", "--no-audit", "--no-fund", "--prefix", folder, "redis"], workingDirectory: folder);
        var exitCode = await install.WaitForExitAsync(TimeSpan.FromMinutes(2));
        Assert.SkipUnless(exitCode == 0, $"npm could not install redis: {install.Tail()}");
        return folder;
    }
}
