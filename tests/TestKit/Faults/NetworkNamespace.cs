using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Faults;

/// <summary>A network of its own for clients, joined to this machine by a veth pair: from one moment to the next nothing comes back from there.</summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    private const int CloneNewNet = 0x40000000;
    private readonly string _name;
    private readonly string _ip;

    private NetworkNamespace(string ip, string name, IPAddress host, IPAddress peer)
    {
        _ip = ip;
        _name = name;
        Host = host;
        Peer = peer;
    }

    /// <summary>This machine, as seen from the namespace: servers listen here.</summary>
    public IPAddress Host { get; }

    /// <summary>The namespace's own address.</summary>
    public IPAddress Peer { get; }

    /// <summary>Skips the test without root or iproute2.</summary>
    public static async Task<NetworkNamespace> CreateAsync()
    {
        Need.Root();
        var ip = Need.Tool("ip");
        var id = Random.Shared.Next(1 << 14);
        var net = $"10.213.{id >> 6}.{(id & 63) << 2}";
        var host = IPAddress.Parse(net[..net.LastIndexOf('.')] + $".{((id & 63) << 2) + 1}");
        var peer = IPAddress.Parse(net[..net.LastIndexOf('.')] + $".{((id & 63) << 2) + 2}");
        var space = new NetworkNamespace(ip, string.Create(CultureInfo.InvariantCulture, $"sft{id}"), host, peer);
        try
        {
            await space.IpAsync("netns", "add", space._name);
            await space.IpAsync("link", "add", $"{space._name}h", "type", "veth", "peer", "name", "inside", "netns", space._name);
            await space.IpAsync("addr", "add", $"{host}/30", "dev", $"{space._name}h");
            await space.IpAsync("link", "set", $"{space._name}h", "up");
            await space.IpAsync("-n", space._name, "addr", "add", $"{peer}/30", "dev", "inside");
            await space.IpAsync("-n", space._name, "link", "set", "inside", "up");
            return space;
        }
        catch
        {
            await space.DisposeAsync();
            throw;
        }
    }

    /// <summary>A TCP socket that lives in the namespace; any thread may use it.</summary>
    public Socket CreateSocket()
    {
        Socket? socket = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            // A socket belongs to the network of the thread that made it. The thread ends here and takes its place in the namespace with it.
            try
            {
                using var handle = File.OpenHandle($"/var/run/netns/{_name}");
                if (SetNamespace((int)handle.DangerousGetHandle(), CloneNewNet) != 0)
                {
                    throw new InvalidOperationException($"setns failed with error {Marshal.GetLastPInvokeError()}.");
                }

                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception caught) when (caught is IOException or InvalidOperationException or SocketException)
            {
                failure = caught;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new InvalidOperationException($"No socket in the namespace {_name}.", failure);
    }

    /// <summary>From now on nothing leaves the namespace: no acknowledgement, no FIN, no reset.</summary>
    public Task VanishAsync() => IpAsync("-n", _name, "route", "add", "blackhole", $"{Host}/32");

    /// <summary>The namespace is heard again.</summary>
    public Task ReturnAsync() => IpAsync("-n", _name, "route", "del", "blackhole", $"{Host}/32");

    public async ValueTask DisposeAsync()
    {
        await RunAsync("link", "del", $"{_name}h");
        await RunAsync("netns", "del", _name);
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int descriptor, int kind);

    private async Task IpAsync(params string[] args)
    {
        var (exit, output) = await RunAsync(args);
        if (exit != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', args)} failed with {exit}: {output}");
        }
    }

    private async Task<(int Exit, string Output)> RunAsync(params string[] args)
    {
        await using var process = ServerProcess.Start(_ip, args);
        var exit = await process.WaitForExitAsync(Deadline.Default);
        return (exit, process.Tail());
    }
}
