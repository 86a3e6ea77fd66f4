using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SseFabric.TestKit.Redis;

/// <summary>The few commands that the tests need, on a socket of their own. One caller at a time.</summary>
public sealed class RedisClient : IAsyncDisposable
{
    private const int PipelineBytes = 256 << 10;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly RespStream _replies;

    private RedisClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _replies = new RespStream(_stream);
    }

    public static async Task<RedisClient> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server);
            return new RedisClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and returns the reply, an error too.</summary>
    public async Task<RespValue> SendAsync(params string[] command)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Write(bytes, command.Select(Encoding.UTF8.GetBytes).ToArray());
        await _stream.WriteAsync(bytes.WrittenMemory);
        return await _replies.ReadAsync();
    }

    /// <summary>Sends a command that must not fail.</summary>
    public async Task<RespValue> ExecuteAsync(params string[] command)
    {
        var reply = await SendAsync(command);
        return reply.IsError ? throw new InvalidOperationException($"{string.Join(' ', command)}: {reply.Text}") : reply;
    }

    /// <summary>Sends bytes as they are.</summary>
    public ValueTask SendRawAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes);

    public Task<RespValue> ReadAsync() => _replies.ReadAsync();

    public Task<long> PublishAsync(string channel, string payload) => PublishAsync(channel, Encoding.UTF8.GetBytes(payload));

    public async Task<long> PublishAsync(string channel, byte[] payload)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Write(bytes, "PUBLISH"u8.ToArray(), Encoding.UTF8.GetBytes(channel), payload);
        await _stream.WriteAsync(bytes.WrittenMemory);
        var reply = await _replies.ReadAsync();
        return reply.IsError ? throw new InvalidOperationException($"PUBLISH {channel}: {reply.Text}") : reply.Number;
    }

    /// <summary>Publishes as fast as the server takes it, all on this connection; returns once everything is answered.</summary>
    public async Task<long> PublishAllAsync(IEnumerable<(string Channel, byte[] Payload)> messages)
    {
        // The replies are read beside the writing, as a server stops reading from a client that doesn't take its replies.
        var sent = 0L;
        var allSent = false;
        var wake = new SemaphoreSlim(0);
        var reader = Task.Run(async () =>
        {
            var read = 0L;
            while (true)
            {
                if (read < Interlocked.Read(ref sent))
                {
                    var reply = await _replies.ReadAsync();
                    read++;
                    if (reply.IsError)
                    {
                        throw new InvalidOperationException($"PUBLISH number {read}: {reply.Text}");
                    }
                }
                else if (Volatile.Read(ref allSent))
                {
                    return read;
                }
                else
                {
                    await wake.WaitAsync();
                }
            }
        });
        var bytes = new ArrayBufferWriter<byte>(PipelineBytes * 2);
        var pending = 0;
        foreach (var (channel, payload) in messages)
        {
            Write(bytes, "PUBLISH"u8.ToArray(), Encoding.UTF8.GetBytes(channel), payload);
            pending++;
            if (bytes.WrittenCount >= PipelineBytes)
            {
                await FlushAsync();
            }
        }

        await FlushAsync();
        Volatile.Write(ref allSent, true);
        wake.Release();
        return await reader;

        async Task FlushAsync()
        {
            await _stream.WriteAsync(bytes.WrittenMemory);
            bytes.ResetWrittenCount();
            Interlocked.Add(ref sent, pending);
            pending = 0;
            wake.Release();
        }
    }

    public async Task<long> NumSubAsync(string channel) => (await ExecuteAsync("PUBSUB", "NUMSUB", channel)).Items![1].Number;

    /// <summary>The channels that anybody is subscribed to.</summary>
    public async Task<IReadOnlyList<string>> ChannelsAsync() =>
        [.. (await ExecuteAsync("PUBSUB", "CHANNELS")).Items!.Select(item => item.Text).Order(StringComparer.Ordinal)];

    /// <summary>One line a connection that is subscribed to anything.</summary>
    public async Task<IReadOnlyList<string>> PubSubClientsAsync() =>
        (await ExecuteAsync("CLIENT", "LIST", "TYPE", "pubsub")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Ends every connection that is subscribed to anything; returns how many.</summary>
    public async Task<long> KillPubSubClientsAsync() => (await ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub")).Number;

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static void Write(ArrayBufferWriter<byte> bytes, params byte[][] parts)
    {
        Header('*', parts.Length);
        foreach (var part in parts)
        {
            Header('$', part.Length);
            bytes.Write(part);
            bytes.Write("\r\n"u8);
        }

        void Header(char kind, int number)
        {
            var span = bytes.GetSpan(16);
            span[0] = (byte)kind;
            number.TryFormat(span[1..], out var written, default, CultureInfo.InvariantCulture);
            "\r\n"u8.CopyTo(span[(1 + written)..]);
            bytes.Advance(written + 3);
        }
    }
}
