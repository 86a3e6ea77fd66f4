// What an ordinary developer would write on ASP.NET Core: a Channel<string> per client, fed by one Redis subscriber.
// The Redis client is a raw socket, so that building it needs no package.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddSingleton<Hub>();
builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, int.Parse(builder.Configuration["port"]!)));
var app = builder.Build();
var hub = app.Services.GetRequiredService<Hub>();
await hub.ConnectAsync(int.Parse(builder.Configuration["redis"]!));

app.MapGet("/sse", async (string ch, HttpContext http) =>
{
    http.Response.ContentType = "text/event-stream";
    http.Response.Headers.CacheControl = "no-cache";
    await http.Response.Body.FlushAsync();
    await foreach (var message in hub.Subscribe(ch, http.RequestAborted))
    {
        await http.Response.WriteAsync($"data: {message}\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }
});

await app.RunAsync();

sealed class Hub
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Channel<string>, byte>> _channels = new();
    private readonly SemaphoreSlim _write = new(1, 1);
    private NetworkStream _redis = null!;

    public async IAsyncEnumerable<string> Subscribe(string name, [EnumeratorCancellation] CancellationToken ct)
    {
        var mine = Channel.CreateBounded<string>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        var isNew = false;
        var clients = _channels.GetOrAdd(name, _ => { isNew = true; return new(); });
        clients[mine] = 0;
        if (isNew) await SendAsync($"*2\r\n$9\r\nSUBSCRIBE\r\n${Encoding.UTF8.GetByteCount(name)}\r\n{name}\r\n");
        try
        {
            await foreach (var message in mine.Reader.ReadAllAsync(ct)) yield return message;
        }
        finally
        {
            clients.TryRemove(mine, out _);
        }
    }

    public async Task ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        _redis = new NetworkStream(socket, ownsSocket: true);
        _ = Task.Run(ReceiveAsync);
    }

    private async Task SendAsync(string command)
    {
        await _write.WaitAsync();
        try { await _redis.WriteAsync(Encoding.UTF8.GetBytes(command)); }
        finally { _write.Release(); }
    }

    private async Task ReceiveAsync()
    {
        var input = new BufferedStream(_redis, 1 << 16);
        while (true)
        {
            if (await ReadAsync(input) is not object?[] { Length: 3 } push || push[0] is not "message") continue;
            if (!_channels.TryGetValue((string)push[1]!, out var clients)) continue;
            foreach (var client in clients.Keys) client.Writer.TryWrite((string)push[2]!);
        }
    }

    private static async ValueTask<object?> ReadAsync(Stream s)
    {
        var line = ReadLine(s);
        switch (line[0])
        {
            case '*':
                var items = new object?[int.Parse(line.AsSpan(1))];
                for (var i = 0; i < items.Length; i++) items[i] = await ReadAsync(s);
                return items;
            case '$':
                var bytes = new byte[int.Parse(line.AsSpan(1)) + 2];
                await s.ReadExactlyAsync(bytes);
                return Encoding.UTF8.GetString(bytes, 0, bytes.Length - 2);
            default:
                return line[1..];
        }
    }

    private static string ReadLine(Stream s)
    {
        var sb = new StringBuilder();
        int b;
        while ((b = s.ReadByte()) != '\r')
        {
            if (b < 0) throw new EndOfStreamException();
            sb.Append((char)b);
        }
        s.ReadByte();
        return sb.ToString();
    }
}
