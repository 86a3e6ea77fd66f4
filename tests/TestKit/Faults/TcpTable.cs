using System.Globalization;

namespace SseFabric.TestKit.Faults;

/// <summary>What the kernel knows of this machine's TCP connections.</summary>
public static class TcpTable
{
    private const string Established = "01";
    private static readonly string[] s_tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The remote ports of the established connections that came in to a local port, over IPv4 and IPv6.</summary>
    public static IReadOnlyList<int> PeersOf(int localPort)
    {
        var peers = new List<int>();
        foreach (var table in s_tables.Where(File.Exists))
        {
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields[3] == Established && Port(fields[1]) == localPort)
                {
                    peers.Add(Port(fields[2]));
                }
            }
        }

        return peers;
    }

    private static int Port(string address) =>
        int.Parse(address[(address.LastIndexOf(':') + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
