namespace SseFabric.Channels.History;

/// <summary>A history store did not do what it was asked for.</summary>
/// <param name="message">What the store said, without event data.</param>
/// <param name="isRefusal">True: it answered that it won't (it is full, or something else has the key), and nothing was changed. False: it could not be
/// reached or did not answer in time, and what was asked for may have been done.</param>
/// <param name="cause">What was thrown.</param>
internal sealed class HistoryStoreException(string message, bool isRefusal, Exception? cause) : Exception(message, cause)
{
    /// <summary>Whether the store answered, and nothing was changed.</summary>
    public bool IsRefusal { get; } = isRefusal;
}
