using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary>One entry of <c>Fabric:Channels</c>: how the channels with a fitting name behave. The defaults hold for channels that no rule fits.</summary>
public sealed class ChannelRule
{
    private PayloadFormat? _format;

    /// <summary>A glob over the whole name: <c>*</c> any characters, <c>?</c> one. Required.</summary>
    [Required]
    public string Match { get; set; } = "*";

    /// <summary>What a payload is. Default <see cref="PayloadFormat.Text"/>, and <see cref="PayloadFormat.Frame"/> with the history store <c>redisse</c>.</summary>
    public PayloadFormat Format
    {
        get => _format ?? (History.IsRedisse ? PayloadFormat.Frame : PayloadFormat.Text);
        set => _format = value;
    }

    /// <summary>Subscribed from start to end, with nobody listening too. Default false. Needs a <see cref="Match"/> without <c>*</c> and <c>?</c>.</summary>
    public bool AlwaysOn { get; set; }

    /// <summary>How long the channel stays subscribed after its last feed left. Default 1 min; 0 to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Linger { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The largest payload. A larger one is dropped and told as a gap. Default 8 MiB; 1 byte to 512 MiB.</summary>
    [Range(1, 512 << 20)]
    public int MaxEventBytes { get; set; } = 8 << 20;

    /// <summary>The retained events.</summary>
    public HistoryOptions History { get; set; } = new();

    /// <summary>The name, in <c>Fabric:Servers</c>, of the server that the channel's messages come from. Default null: <c>Fabric:Redis</c>.</summary>
    public string? Server { get; set; }

    /// <summary>What is published by way of the fabric itself: with redisse's history the fabric makes the frame, as it gives it its id.</summary>
    public PayloadFormat PublishedFormat => History.IsRedisse ? PayloadFormat.Text : Format;
}
