using System.Text.Json;
using SseFabric.TestKit.Processes;

namespace SseFabric.TestKit.Amqp;

/// <summary>A real rabbitmq-server with a folder, ports and an epmd of its own. Can be killed and started again with what it had written.</summary>
/// <remarks>
/// Users: <c>app</c> and <c>guest</c> may do anything on <c>/</c>; <c>reader</c> may read there and keep queues of its own, but make no exchange; <c>stranger</c> may log in
/// and has no virtual host. Each one's password is its name followed by
/// <c>-s3cret</c>, but that of <c>guest</c> is <c>guest</c>, as it comes.
/// </remarks>
public sealed class RabbitServer : IAsyncDisposable
{
    private const int DefaultPort = 5672;
    private const string DebianPrograms = "/usr/lib/rabbitmq/bin";
    private static readonly string[] s_users = ["app", "reader", "stranger", "guest"];
    private static readonly TimeSpan s_boot = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssefabric-rabbit-");
    private readonly string _program;
    private readonly int _epmdPort = FreePort.Next();
    private readonly int _nodePort = FreePort.Next();
    private readonly int _port = FreePort.Next();
    private readonly string? _network;
    private ServerProcess? _epmd;
    private ServerProcess? _process;

    private RabbitServer(string program, string? network) => (_program, _network) = (program, network);

    public int Port => _network is null ? _port : DefaultPort;

    private string Node => $"ssefabric-{_port}@localhost";

    /// <summary>As <c>Fabric:Servers</c> takes it.</summary>
    public string Url(string exchange, string? type = null, string user = "app", string? password = null, string host = "") =>
        $"amqp://{user}:{password ?? $"{user}-s3cret"}@127.0.0.1:{Port}{host}?exchange={exchange}{(type is null ? "" : $"&type={type}")}";

    /// <summary>Skips the test if there is no rabbitmq-server on this machine.</summary>
    /// <param name="network">A network namespace in which it is to listen on AMQP's own port; null: here, on a free one.</param>
    public static async Task<RabbitServer> StartAsync(string? network = null)
    {
        // Debian's program on PATH becomes another user first, and lets no variable through.
        var server = new RabbitServer(File.Exists($"{DebianPrograms}/rabbitmq-server") ? $"{DebianPrograms}/rabbitmq-server" : Need.Tool("rabbitmq-server"), network);
        try
        {
            await server.WriteSettingsAsync();
            server._epmd = server.Run(Need.Tool("epmd"), "-port", $"{server._epmdPort}", "-address", "127.0.0.1");
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task RestartAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _process = Run(_program);
        await _process.WaitForLineAsync("the start", line => line.Contains("Server startup complete", StringComparison.Ordinal), s_boot);
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process!.Kill9Async();

    /// <summary>Stops the process without ending it: connections stay, nothing is answered.</summary>
    public void Freeze() => _process!.Signal(19);

    public void Thaw() => _process!.Signal(18);

    public Task<RabbitPublisher> ConnectAsync() => RabbitPublisher.ConnectAsync(Port, "app", "app-s3cret");

    /// <summary>The routing keys that are bound to an exchange, once for each queue.</summary>
    public async Task<IReadOnlyList<string>> BindingsAsync(string exchange)
    {
        var rows = await ControlAsync("list_bindings", "source_name", "routing_key", "--formatter", "json");
        return [.. JsonDocument.Parse(rows).RootElement.EnumerateArray().Where(row => row.GetProperty("source_name").GetString() == exchange).Select(row => row.GetProperty("routing_key").GetString()!)];
    }

    /// <summary>How many connections have a name that begins like this.</summary>
    public async Task<int> ConnectionsAsync(string name)
    {
        var rows = await ControlAsync("list_connections", "client_properties", "--formatter", "json");
        return JsonDocument.Parse(rows).RootElement.EnumerateArray().Count(row => row.ToString().Contains($"\"{name}", StringComparison.Ordinal));
    }

    /// <summary>What rabbitmqctl prints.</summary>
    public async Task<string> ControlAsync(params string[] command)
    {
        var program = Path.Combine(Path.GetDirectoryName(_program)!, "rabbitmqctl");
        await using var control = Run(program, ["-q", "-n", Node, "--erlang-cookie", "ssefabric", .. command]);
        var exitCode = await control.WaitForExitAsync(TimeSpan.FromSeconds(60));
        return exitCode == 0 ? string.Concat(control.Output) : throw new InvalidOperationException($"rabbitmqctl {command[0]}: {control.Tail()}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _process, _epmd })
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        _folder.Delete(recursive: true);
    }

    private ServerProcess Run(string program, params string[] args) => _network is null
        ? ServerProcess.Start(program, args, Environment())
        : ServerProcess.Start(Need.Tool("ip"), ["netns", "exec", _network, program, .. args], Environment());

    private async Task WriteSettingsAsync()
    {
        await File.WriteAllTextAsync(
            In("rabbitmq.conf"),
            $"listeners.tcp.1 = 127.0.0.1:{Port}\nlog.console = true\nlog.file = false\nload_definitions = {In("definitions.json")}\n");
        await File.WriteAllTextAsync(
            In("definitions.json"),
            JsonSerializer.Serialize(new
            {
                users = s_users.Select(name => new { name, password = name == "guest" ? name : $"{name}-s3cret", tags = "" }),
                vhosts = new[] { new { name = "/" }, new { name = "other" } },
                permissions = new[]
                {
                    new { user = "app", vhost = "/", configure = ".*", write = ".*", read = ".*" },
                    new { user = "guest", vhost = "/", configure = ".*", write = ".*", read = ".*" },
                    new { user = "reader", vhost = "/", configure = "^amq\\.gen.*", write = "^amq\\.gen.*", read = "^(amq\\.gen.*|open)" },
                },
            }));
    }

    private Dictionary<string, string?> Environment() => new()
    {
        ["HOME"] = _folder.FullName,
        ["RABBITMQ_NODENAME"] = Node,

        // So that the broker takes the place of the script that starts it.
        ["RUNNING_UNDER_SYSTEMD"] = "1",
        ["RABBITMQ_MNESIA_BASE"] = In("data"),
        ["RABBITMQ_LOG_BASE"] = In("log"),
        ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq"),
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("plugins"),
        ["RABBITMQ_DIST_PORT"] = $"{_nodePort}",
        ["ERL_EPMD_PORT"] = $"{_epmdPort}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-setcookie ssefabric",
    };

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
