namespace SseFabric.Channels.Configuration;

/// <summary>What is done with a subscriber that doesn't take its events as fast as they come, once its queue is full.</summary>
public enum SlowSubscriberPolicy
{
    /// <summary>The stream is closed; the client comes back and resumes.</summary>
    Close = 0,

    /// <summary>The oldest queued events make room, and the subscriber is told of the gap.</summary>
    DropOldest = 1,

    /// <summary>Of each channel only the latest event stays queued.</summary>
    Latest = 2,
}
