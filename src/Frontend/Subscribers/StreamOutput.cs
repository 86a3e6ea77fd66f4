using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>Where a stream's bytes go. Used on its delivery loop only.</summary>
/// <remarks>What is put is written with the next <see cref="Flush"/>. Nothing is put or flushed while <see cref="IsBusy"/>.</remarks>
internal abstract class StreamOutput
{
    /// <summary>How much is put before the transport is asked to take it, unless one frame is more.</summary>
    public const int MaxWriteBytes = 64 * 1024;

    /// <summary>Whether the transport has not taken the last write yet: the loop hears of it once it has.</summary>
    public bool IsBusy { get; protected set; }

    /// <summary>Whose output it is.</summary>
    public Subscriber Subscriber { get; private set; } = null!;

    /// <summary>The loop that the output is used on.</summary>
    protected DeliveryLoop Loop => Subscriber.Loop;

    /// <summary>What writes it, in a word, for metrics.</summary>
    public abstract string Path { get; }

    public void Of(Subscriber subscriber) => Subscriber = subscriber;

    public abstract void Put(ReadOnlySpan<byte> bytes);

    public abstract void Put(FrameBlock block, int frame);

    /// <returns>False: the connection is gone.</returns>
    public abstract bool Flush();

    /// <summary>Writes frames until the transport takes no more.</summary>
    /// <returns>How many were taken; -1: the connection is gone.</returns>
    public virtual int Write(FrameBlock block)
    {
        var next = 0;
        while (next < block.Count && !IsBusy)
        {
            var written = 0;
            while (next < block.Count && (written == 0 || written + block.Length(next) <= MaxWriteBytes))
            {
                Put(block, next);
                written += block.Length(next++);
            }

            if (!Flush())
            {
                return -1;
            }
        }

        return next;
    }

    /// <summary>Ends the stream: in order if nothing is being written, else by cutting the connection. Nothing is put afterwards.</summary>
    /// <param name="reason">Why.</param>
    public abstract void End(CloseReason reason);

    /// <summary>Whether the peer has vanished without a word: data is being sent again and again, and nothing has been acknowledged for <paramref name="patience"/>.</summary>
    public abstract bool HasVanished(TimeSpan patience);
}
