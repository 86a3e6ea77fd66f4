namespace SseFabric.TestKit.Http;

/// <summary>Takes what <see cref="SseByteParser"/> finds. The spans are valid during the call alone.</summary>
public interface ISseHandler
{
    /// <summary>An event; <paramref name="type"/> is empty if it names none.</summary>
    void OnEvent(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id);

    /// <summary>A block without data: it sets the last event id and dispatches nothing.</summary>
    void OnBlock(ReadOnlySpan<byte> id);

    void OnComment(ReadOnlySpan<byte> text);

    /// <summary>A reconnection time.</summary>
    void OnRetry(TimeSpan retry)
    {
    }
}
