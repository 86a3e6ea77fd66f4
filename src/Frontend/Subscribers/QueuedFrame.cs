using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>A frame that waits to be written.</summary>
/// <param name="Block">The block that has it.</param>
/// <param name="Index">Which of the block's frames it is.</param>
internal readonly record struct QueuedFrame(FrameBlock Block, int Index)
{
    public int Length => Block.Length(Index);

    public int Channel => Block.Channel(Index);

    public byte[] IdLine => Block.IdLine(Index);

    /// <summary>Whether the stream ends with it.</summary>
    public bool IsLast => Block.IsLast && Index == Block.Count - 1;
}
