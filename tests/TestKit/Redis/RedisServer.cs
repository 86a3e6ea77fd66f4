using System.Net;
using System.Net.Sockets;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Redis;

/// <summary>A real redis-server on a free port, without persistence. Can be killed and started again on the same port.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string _program;
    private readonly string[] _args;
    private ServerProcess? _process;

    private RedisServer(string program, int port, string[] args)
    {
        _program = program;
        _args = ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath(), .. args];
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>As <c>--redis</c> takes it.</summary>
    public string Configuration => $"127.0.0.1:{EndPoint.Port}";

    /// <summary>Skips the test if there is no redis-server on this machine.</summary>
    public static async Task<RedisServer> StartAsync(params string[] args)
    {
        var server = new RedisServer(Need.Tool("redis-server"), FreePort.Next(), args);
        await server.RestartAsync();
        return server;
    }

    /// <summary>Starts the server again, on the same port and empty.</summary>
    public async Task RestartAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = ServerProcess.Start(_program, _args);
        await Eventually.SeeAsync("a PONG from redis-server", AnswersAsync, answers => answers, show: _ => _process.Tail());
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process!.Kill9Async();

    /// <summary>Stops the process without ending it: connections stay, nothing is answered.</summary>
    public void Freeze() => _process!.Signal(19);

    public void Thaw() => _process!.Signal(18);

    public Task<RedisClient> ConnectAsync() => RedisClient.ConnectAsync(EndPoint);

    /// <summary>Ends every connection that is subscribed to anything.</summary>
    public async Task KillHearersAsync()
    {
        await using var client = await ConnectAsync();
        await client.KillPubSubClientsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var client = await ConnectAsync();
            var reply = await client.SendAsync("PING");
            return reply.Text == "PONG" || reply.Text.StartsWith("NOAUTH", StringComparison.Ordinal);
        }
        catch (Exception notYet) when (notYet is SocketException or IOException)
        {
            return false;
        }
    }
}
