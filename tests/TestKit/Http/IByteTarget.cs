namespace SseFabric.TestKit.Http;

/// <summary>Takes bytes of a body, in order, in whatever pieces they come.</summary>
public interface IByteTarget
{
    void Append(ReadOnlySpan<byte> bytes);
}
