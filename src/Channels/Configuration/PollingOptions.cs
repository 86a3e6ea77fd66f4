using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Stream:Polling</c>: stream requests that ask for an ordinary response.</summary>
public sealed class PollingOptions
{
    /// <summary>A poll ends this long after its first event. Default null: as the profile has it, 1 s in native; 0 to 1 h; 0: at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan? Window { get; set; }

    /// <summary>A poll without an event ends after this. Default null: as the profile has it, 55 s in native; 0.1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan? MaxWait { get; set; }
}
