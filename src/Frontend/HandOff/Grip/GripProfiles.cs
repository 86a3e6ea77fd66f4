using System.Collections.Concurrent;
using SseFabric.Frontend.Profiles;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>The profiles of holds: holds that are alike share one, and with it what is written to them. Any thread.</summary>
internal sealed class GripProfiles
{
    // An application has a few. One that makes a new one every time shares nothing, and fills nothing.
    private const int MaxProfiles = 100;

    private readonly ConcurrentDictionary<(string KeepAlive, TimeSpan After), StreamProfile> _streams = [];
    private readonly ConcurrentDictionary<TimeSpan, StreamProfile> _responses = [];

    public StreamProfile For(GripHold hold) => hold.IsStream
        ? Get(_streams, (Convert.ToBase64String(hold.KeepAlive), hold.KeepAliveAfter), () => new GripStreamFormat(hold.KeepAlive, hold.KeepAliveAfter))
        : Get(_responses, hold.Timeout, () => new GripResponseFormat(hold.Timeout));

    private static StreamProfile Get<TKey>(ConcurrentDictionary<TKey, StreamProfile> profiles, TKey key, Func<Framing.IStreamFormat> format)
        where TKey : notnull
    {
        if (profiles.TryGetValue(key, out var profile))
        {
            return profile;
        }

        profile = new StreamProfile(format()) { Head = [new("X-Accel-Buffering", "no")] };
        return profiles.Count < MaxProfiles ? profiles.GetOrAdd(key, profile) : profile;
    }
}
