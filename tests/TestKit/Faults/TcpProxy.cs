using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SseFabric.TestKit.Faults;

/// <summary>A relay on loopback in front of a server, that can pause, cut, refuse or swallow what passes.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpProxyLink, Task> _links = [];
    private volatile IPEndPoint _target;
    private readonly Task _accepting;
    private volatile bool _refusing;
    private volatile TaskCompletionSource? _paused;
    private volatile bool _swallowing;
    private long _swallowed;
    private volatile bool _disposed;

    public TcpProxy(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    public int Connections => _links.Count;

    public long SwallowedBytes => Interlocked.Read(ref _swallowed);

    /// <summary>Nothing is read any more, so that the senders come to feel it.</summary>
    public void Pause() => _paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume() => Interlocked.Exchange(ref _paused, null)?.SetResult();

    /// <summary>Everything that is sent, either way, vanishes; connections stay up.</summary>
    public void Blackhole() => _swallowing = true;

    public void EndBlackhole() => _swallowing = false;

    /// <summary>Each new connection goes to another server.</summary>
    public void TurnTo(IPEndPoint target) => _target = target;

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        foreach (var link in _links.Keys)
        {
            link.Dispose();
        }
    }

    /// <summary>Resets every connection, and each new one at once.</summary>
    public void CutAndRefuse()
    {
        _refusing = true;
        Cut();
    }

    public void Accept() => _refusing = false;

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _listener.Stop();
        await _accepting;
        Resume();
        Cut();
        await Task.WhenAll(_links.Values);
    }

    /// <summary>What is to be done with bytes that were read: true to pass them on.</summary>
    internal async ValueTask<bool> PassesAsync(int bytes)
    {
        while (_paused is { } pause)
        {
            await pause.Task;
        }

        if (_swallowing)
        {
            Interlocked.Add(ref _swallowed, bytes);
        }

        return !_swallowing;
    }

    private async Task AcceptAsync()
    {
        while (!_disposed)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception ended) when (_disposed && ended is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            // Nothing passes before it stands in the table, where a cut finds it; and none that came in before a refusal is taken after it.
            var link = new TcpProxyLink(this, client);
            var run = new Task<Task>(() => RunAsync(link));
            _links[link] = run.Unwrap();
            if (_refusing)
            {
                link.Dispose();
            }

            run.Start(TaskScheduler.Default);
        }
    }

    private async Task RunAsync(TcpProxyLink link)
    {
        await link.RunAsync(_target);
        _links.TryRemove(link, out _);
    }
}
