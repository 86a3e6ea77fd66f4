using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Processes;

/// <summary>A process that the tests started, with all it printed. Ends with the tests at the latest.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int TailLines = 40;

    // Ample for a runtime's start, on a busy machine too.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly Lock s_lock = new();
    private static readonly HashSet<Process> s_running = [];
    private readonly Lock _lock = new();
    private readonly List<string> _output = [];
    private readonly Process _process;
    private readonly string _name;

    static ServerProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAll();

    private ServerProcess(ProcessStartInfo start)
    {
        _name = Path.GetFileName(start.FileName);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Record(line.Data);
        _process.ErrorDataReceived += (_, line) => Record(line.Data);
        _process.Start();
        Id = _process.Id;
        lock (s_lock)
        {
            s_running.Add(_process);
        }

        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>The lines printed so far, to both outputs.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_lock)
            {
                return [.. _output];
            }
        }
    }

    /// <summary>Memory in RAM now, in bytes.</summary>
    public long ResidentBytes => StatusKilobytes("VmRSS:") * 1024;

    /// <summary>The most memory that was ever in RAM, in bytes.</summary>
    public long PeakResidentBytes => StatusKilobytes("VmHWM:") * 1024;

    public static ServerProcess Start(
        string fileName, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(start);
    }

    /// <summary>Waits for a line of output.</summary>
    public async Task<string> WaitForLineAsync(string awaited, Func<string, bool> isIt, TimeSpan? timeout = null)
    {
        var line = await Eventually.SeeAsync(
            $"{awaited} from {_name}",
            () => (Exited: _process.HasExited, Line: Output.FirstOrDefault(isIt)),
            seen => seen.Line is not null || seen.Exited,
            timeout ?? s_patience,
            show: _ => Tail());
        if (line.Line is not null)
        {
            return line.Line;
        }

        // What it said last may not have been read yet.
        var exitCode = await WaitForExitAsync();
        return Output.FirstOrDefault(isIt)
            ?? throw new InvalidOperationException($"Awaited: {awaited} from {_name}. It ended with {exitCode} instead, having said: {Tail()}");
    }

    /// <summary>The exit code, once both outputs have been read to the end.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        await _process.WaitForExitAsync().Within($"the end of {_name} ({Id})", Tail, timeout ?? s_patience);
        return _process.ExitCode;
    }

    public async Task Kill9Async()
    {
        _process.Kill(entireProcessTree: true);
        await WaitForExitAsync();
    }

    /// <summary>Asks the process to end (SIGTERM) and tells its exit code.</summary>
    public async Task<int> TerminateAsync(TimeSpan? timeout = null)
    {
        Signal(SigTerm);
        return await WaitForExitAsync(timeout ?? TimeSpan.FromSeconds(30));
    }

    public void Signal(int signal)
    {
        if (Kill(Id, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} could not be sent to {_name} ({Id}).");
        }
    }

    /// <summary>The last lines of output, for failure messages.</summary>
    public string Tail() => string.Join('\n', Output.TakeLast(TailLines));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Kill9Async();
        }

        lock (s_lock)
        {
            s_running.Remove(_process);
        }

        _process.Dispose();
    }

    private static void KillAll()
    {
        lock (s_lock)
        {
            foreach (var process in s_running)
            {
                try
                {
                    process.Kill(entireProcessTree: true);
                }
                catch (InvalidOperationException)
                {
                    // It has ended by itself.
                }
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    private long StatusKilobytes(string field)
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private void Record(string? line)
    {
        if (line is not null)
        {
            lock (_lock)
            {
                _output.Add(line);
            }
        }
    }
}
