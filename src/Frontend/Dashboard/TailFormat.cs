using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Formats;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Dashboard;

/// <summary>The native format with a description of each event in place of it: type, size, time, and the beginning of its payload.</summary>
internal sealed class TailFormat(StreamOptions options) : IStreamFormat
{
    /// <summary>The most bytes of a text that are shown.</summary>
    public const int MaxText = 4096;

    /// <summary>The most bytes that are shown of what is no text.</summary>
    public const int MaxBinary = 256;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerOptions.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly NativeFormat _native = new(options);

    public StreamBehaviour Behaviour => _native.Behaviour;

    public byte[] Body(ChannelFeed feed, PublishedEvent published) => FrameWriter.Body(new NewEvent(Describe(published)));

    public byte[] Gap(ChannelFeed feed, in FeedItem item) => _native.Gap(feed, item);

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) => _native.Frame(item, body, set, channel, positions);

    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions) => _native.Opening(set, positions);

    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) => _native.Dropped(set, channels, idLine);

    public byte[] Farewell(TimeSpan retry) => _native.Farewell(retry);

    public byte[] Revoked(string reason, TimeSpan retry) => _native.Revoked(reason, retry);

    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels) => _native.ReadLastEventId(id, channels);

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds) => _native.Locate(points, feeds);

    /// <summary>What is shown of an event, as JSON.</summary>
    public static byte[] Describe(PublishedEvent published)
    {
        var shown = Payload.Unframed(published.Event);
        var data = shown.Data.Span;
        var text = data[..TextLength(data)];
        var isText = Utf8.IsValid(text);
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                type = shown.Type,
                position = published.Cursor.ToString(),
                time = published.AcceptedAt,
                size = data.Length,
                text = isText ? Encoding.UTF8.GetString(text) : null,
                hex = isText ? null : Convert.ToHexStringLower(data[..Math.Min(data.Length, MaxBinary)]),
            },
            s_json);
    }

    // Not in the middle of a character.
    private static int TextLength(ReadOnlySpan<byte> data)
    {
        if (data.Length <= MaxText)
        {
            return data.Length;
        }

        var length = MaxText;
        while (length > MaxText - 3 && (data[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }
}
