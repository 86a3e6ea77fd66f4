using System.Net;
using System.Net.Sockets;
using System.Text;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.RespDoor;

/// <summary>A publisher whose every byte the test says and sees. Each character stands for one byte.</summary>
internal sealed class DoorClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private DoorClient()
    {
    }

    public static async Task<DoorClient> ConnectAsync(IPEndPoint door)
    {
        var client = new DoorClient();
        await client._socket.ConnectAsync(door);
        return client;
    }

    /// <summary>The bytes of a command.</summary>
    public static string Command(params string[] arguments) =>
        $"*{arguments.Length}\r\n{string.Concat(arguments.Select(argument => $"${argument.Length}\r\n{argument}\r\n"))}";

    public async Task SendAsync(string bytes) => await SendAsync(Encoding.Latin1.GetBytes(bytes));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>Sends bytes and sees that exactly <paramref name="reply"/> is answered.</summary>
    public async Task ExpectAsync(string bytes, string reply)
    {
        await SendAsync(bytes);
        await ExpectAsync(reply);
    }

    public async Task ExpectAsync(string reply)
    {
        var buffer = new byte[reply.Length];
        var length = 0;
        while (length < buffer.Length)
        {
            var count = await _socket.ReceiveAsync(buffer.AsMemory(length)).AsTask()
                .Within($"the reply {reply}", () => Encoding.Latin1.GetString(buffer, 0, length));
            length += count;
            if (count == 0 || !reply.StartsWith(Encoding.Latin1.GetString(buffer, 0, length), StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.Equal(reply, Encoding.Latin1.GetString(buffer, 0, length));
    }

    /// <summary>Everything that comes until the door closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var all = new StringBuilder();
        var buffer = new byte[64 << 10];
        while (await _socket.ReceiveAsync(buffer).Within("the end of the connection", all.ToString) is > 0 and var count)
        {
            all.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return all.ToString();
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();
}
