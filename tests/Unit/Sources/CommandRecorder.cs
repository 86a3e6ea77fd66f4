using SseFabric.Channels.Resp;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Sources;

/// <summary>A stream that keeps the commands written to it, and lets the test hold back a write.</summary>
internal sealed class CommandRecorder : MemoryStream
{
    private readonly Lock _lock = new();

    /// <summary>What a write waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Completes when the first write begins.</summary>
    public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Began.TrySetResult();
        await Gate;
        lock (_lock)
        {
            Write(buffer.Span);
        }
    }

    /// <summary>Waits until exactly these commands have been written, one of the alternatives.</summary>
    public Task SentAsync(params string[] alternatives) =>
        Eventually.SeeAsync($"the commands {string.Join(" or ", alternatives)}", Text, text => alternatives.Contains(text));

    private string Text()
    {
        byte[] bytes;
        lock (_lock)
        {
            bytes = ToArray();
        }

        var reader = new RespCommandReader(static _ => int.MaxValue / 2) { IsAuthenticated = true };
        var command = new RespCommand();
        var commands = new List<string>();
        for (var start = 0; reader.TryRead(bytes.AsMemory(start), command, out var consumed) == RespStatus.Complete; start += consumed)
        {
            commands.Add(string.Join(' ', Enumerable.Range(0, command.Count).Select(command.Text)));
        }

        return string.Join('|', commands);
    }
}
