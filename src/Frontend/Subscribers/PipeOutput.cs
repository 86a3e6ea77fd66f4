using System.Buffers;
using System.IO.Pipelines;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>A response's body, as the server has it: Kestrel frames it and sends it.</summary>
/// <param name="writer">Takes the bytes. Nothing is written to it any more once <see cref="Completion"/> is set.</param>
/// <param name="abort">Cuts the connection; a write under way ends with it.</param>
/// <param name="peer">The other end of the connection; null: it isn't known.</param>
internal sealed class PipeOutput(PipeWriter writer, Action abort, IPeer? peer) : StreamOutput, ILoopItem<DeliveryLoop>
{
    private readonly TaskCompletionSource<CloseReason> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ValueTask<FlushResult> _flush;
    private Action? _onFlushed;
    private CloseReason _end;
    private bool _isGone;

    /// <summary>Why the stream ended, once nothing is written any more.</summary>
    public Task<CloseReason> Completion => _completion.Task;

    public override string Path => "server";

    public override void Put(ReadOnlySpan<byte> bytes)
    {
        if (_isGone)
        {
            return;
        }

        try
        {
            writer.Write(bytes);
        }
        catch (Exception exception) when (IsOfConnection(exception))
        {
            _isGone = true;
        }
    }

    public override void Put(FrameBlock block, int frame) => Put(block.Payload(frame).Span);

    public override bool Flush()
    {
        if (_isGone)
        {
            return false;
        }

#pragma warning disable CA2012 // Kept for the one EndFlush that consumes it.
        try
        {
            _flush = writer.FlushAsync();
        }
        catch (Exception exception) when (IsOfConnection(exception))
        {
            _flush = ValueTask.FromException<FlushResult>(exception);
        }
#pragma warning restore CA2012

        if (_flush.IsCompleted)
        {
            return EndFlush();
        }

        IsBusy = true;
        _flush.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onFlushed ??= () => Loop.Post(this));
        return true;
    }

    public override void End(CloseReason reason)
    {
        if (IsBusy || reason == CloseReason.Unresponsive)
        {
            // What the peer doesn't take can't be ended in order; the abort also ends the write under way.
            abort();
        }

        if (IsBusy)
        {
            _end = reason;
        }
        else
        {
            _completion.TrySetResult(reason);
        }
    }

    public override bool HasVanished(TimeSpan patience) => peer?.HasVanished(patience) is true;

    void ILoopItem<DeliveryLoop>.Execute(DeliveryLoop loop)
    {
        IsBusy = false;
        var isThere = EndFlush();
        if (_end != default)
        {
            _completion.TrySetResult(_end);
        }
        else
        {
            Subscriber.Taken(isThere);
        }
    }

    private bool EndFlush()
    {
        try
        {
#pragma warning disable VSTHRD002 // It is completed: nothing is waited for.
            var result = _flush.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            return !result.IsCompleted && !result.IsCanceled;
        }
        catch (Exception exception) when (IsOfConnection(exception))
        {
            // The connection is gone; what is left to do is the same as for one that was closed.
            return false;
        }
        finally
        {
            _flush = default;
        }
    }

    // What a response throws that is over or has no body: it is one stream's end, and the loop serves everybody.
    private static bool IsOfConnection(Exception exception) =>
        exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
