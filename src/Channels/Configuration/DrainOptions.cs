using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Drain</c>: the planned end of a process.</summary>
public sealed class DrainOptions
{
    /// <summary>The time over which a frontend's streams are closed, and the most in which a silo's channels move. Default 20 s; 0 to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(20);
}
