using System.Net;
using System.Net.Sockets;

namespace SseFabric.TestKit.Processes;

/// <summary>Ports on loopback that no other test on this machine is given while this process lives.</summary>
/// <remarks>
/// They lie below the range that the kernel gives to outgoing connections, so none of those can take one between the choice and the server's bind;
/// other test processes are kept off by a file that stays locked.
/// </remarks>
public static class FreePort
{
    private const int First = 15_000;
    private const int Count = 17_000;
    private static readonly Lock s_lock = new();
    private static readonly List<FileStream> s_claims = [];
    private static int s_next = Random.Shared.Next(Count);

    static FreePort() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        lock (s_lock)
        {
            s_claims.ForEach(claim => claim.Dispose());
        }
    };

    public static int Next()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "ssefabric-test-ports")).FullName;
        lock (s_lock)
        {
            for (var tried = 0; tried < Count; tried++)
            {
                var port = First + (s_next++ % Count);
                if (TryClaim(Path.Combine(folder, $"{port}"), port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"None of the ports {First} to {First + Count - 1} is free.");
    }

    private static bool TryClaim(string path, int port)
    {
        FileStream claim;
        try
        {
            claim = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        if (!CanBind(port))
        {
            claim.Dispose();
            return false;
        }

        s_claims.Add(claim);
        return true;
    }

    private static bool CanBind(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
