using System.Net;
using System.Net.Sockets;
using SseFabric.Channels.Sources.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Sources;

public class OwnThreadStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_GiveWhatCame_OnOneThreadThatIsNotThePools()
    {
        using var pair = await Pair.OpenAsync();
        var threads = new HashSet<int>();
        var received = new List<byte>();
        var buffer = new byte[100];
        async Task ReadAsync()
        {
            while (received.Count < 50)
            {
                Assert.Equal(0, await pair.Stream.ReadAsync(Memory<byte>.Empty, Token));
                threads.Add(Environment.CurrentManagedThreadId);
                Assert.False(Thread.CurrentThread.IsThreadPoolThread);
                var count = await pair.Stream.ReadAsync(buffer, Token);
                received.AddRange(buffer.AsSpan(0, count));
            }
        }

        var reading = ReadAsync();
        for (byte i = 0; i < 50; i++)
        {
            await pair.Server.SendAsync(new[] { i }, Token);
        }

        await reading;
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (byte)i), received);
        Assert.Single(threads);
    }

    [Fact]
    public async Task Write_Large_ArrivesWhole()
    {
        using var pair = await Pair.OpenAsync();
        var sent = new byte[20 << 20];
        new Random(1).NextBytes(sent);
        var writing = pair.Stream.WriteAsync(sent, Token).AsTask();
        var received = new byte[sent.Length];
        for (var count = 0; count < received.Length;)
        {
            count += await pair.Server.ReceiveAsync(received.AsMemory(count), Token);
        }

        await writing;
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Read_ThePeerHasClosed_IsTheEnd()
    {
        using var pair = await Pair.OpenAsync();
        var reading = pair.Stream.ReadAsync(new byte[10], Token);
        pair.Server.Dispose();

        Assert.Equal(0, await reading);
    }

    [Fact]
    public async Task Read_Cancelled_LeavesTheBufferAlone()
    {
        using var pair = await Pair.OpenAsync();
        using var cancelling = new CancellationTokenSource();
        var buffer = new byte[10];
        var reading = pair.Stream.ReadAsync(buffer, cancelling.Token).AsTask();
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await Record.ExceptionAsync(() => pair.Server.SendAsync("hello"u8.ToArray(), Token).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => pair.Stream.ReadAsync(new byte[10], Token).AsTask());
        Assert.Equal(new byte[10], buffer);
    }

    [Fact]
    public async Task Read_TheStreamIsDisposedOf_Ends()
    {
        using var pair = await Pair.OpenAsync();
        var reading = pair.Stream.ReadAsync(new byte[10], Token).AsTask();
        await pair.Stream.DisposeAsync();

        var fault = await Record.ExceptionAsync(() => reading);
        Assert.True(fault is null or SocketException or ObjectDisposedException, fault?.ToString());
        Assert.Equal(0, fault is null ? await reading : 0);
    }

    [Fact]
    public async Task Connect_NobodyListens_IsToldWhy()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var refused = await Assert.ThrowsAsync<SocketException>(
            () => OwnThreadStream.ConnectAsync(new Socket(SocketType.Stream, ProtocolType.Tcp), listener.LocalEndPoint!, Token));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Connect_ANameThatIsNone_IsToldWhy() =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => OwnThreadStream.ConnectAsync(
            new Socket(SocketType.Stream, ProtocolType.Tcp), new DnsEndPoint(new string('a', 300), 6379), Token));

    [Fact]
    public async Task Connect_CancelledWhileNobodyAnswers_Ends()
    {
        // A listener whose queue is full lets the next one wait.
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(listener.LocalEndPoint!, Token);
        using var cancelling = new CancellationTokenSource();
        var connecting = OwnThreadStream.ConnectAsync(new Socket(SocketType.Stream, ProtocolType.Tcp), listener.LocalEndPoint!, cancelling.Token);
        Assert.False(connecting.IsCompleted);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task Open_TheServerSpeaksNoTls_LeavesNoThread()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Threads are counted in /proc, as Linux has it.");
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var serving = ServeAsync();
        Assert.True(RedisEndpoints.TryParse($"{listener.LocalEndPoint},ssl=true", out var endpoints, out var error), error);
        var connector = new RedisConnector(endpoints, TimeProvider.System);
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<RedisLinkException>(() => connector.OpenAsync(Token));
        }

        await serving;
        await Eventually.SeeAsync("no thread that reads", Threads, threads => threads == 0);

        async Task ServeAsync()
        {
            for (var i = 0; i < 5; i++)
            {
                using var client = await listener.AcceptAsync(Token);
                await client.SendAsync("-ERR this is no TLS\r\n"u8.ToArray(), Token);
            }
        }

        static int Threads() => Directory.EnumerateDirectories("/proc/self/task").Count(task => Name(task).StartsWith("SSE source", StringComparison.Ordinal));

        static string Name(string task)
        {
            try
            {
                return File.ReadAllText(Path.Combine(task, "comm"));
            }
            catch (IOException)
            {
                // It has just ended.
                return "";
            }
        }
    }

    private sealed class Pair(OwnThreadStream stream, Socket server) : IDisposable
    {
        public OwnThreadStream Stream => stream;

        public Socket Server => server;

        public static async Task<Pair> OpenAsync()
        {
            using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            var stream = await OwnThreadStream.ConnectAsync(new Socket(SocketType.Stream, ProtocolType.Tcp), listener.LocalEndPoint!, Token);
            return new Pair(stream, await listener.AcceptAsync(Token));
        }

        public void Dispose()
        {
            stream.Dispose();
            server.Dispose();
        }
    }
}
