using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>Where a hold begins: after the items whose ids the application names with <c>prev-id</c>, as far as the channels' histories still have them. Pure.</summary>
internal static class GripPosition
{
    /// <summary>The items as a last event id; null: none is named.</summary>
    public static string? Write(IReadOnlyDictionary<ChannelName, string?> items)
    {
        // Neither has a control character, or it would be no channel and no header.
        var named = items.Where(item => !string.IsNullOrEmpty(item.Value)).Select(item => $"{item.Key}\n{item.Value}").ToList();
        return named.Count == 0 ? null : string.Join('\n', named);
    }

    /// <summary>A hash of the id stands in the cursor's place until the feeds are there.</summary>
    public static ResumePoint[] Read(string written, ReadOnlySpan<ChannelName> channels)
    {
        var parts = written.Split('\n');
        var points = new ResumePoint[channels.Length];
        for (var i = 0; i < parts.Length; i += 2)
        {
            for (var channel = 0; channel < channels.Length; channel++)
            {
                if (channels[channel].Value == parts[i])
                {
                    points[channel] = new ResumePoint(ResumeKind.Unnamed, new Cursor(Hash(parts[i + 1]), 0));
                }
            }
        }

        return points;
    }

    public static ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds)
    {
        var located = new ResumePoint[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            located[i] = points[i].Kind != ResumeKind.Unnamed || feeds[i].State != FeedState.Attached || !feeds[i].Sequence.IsComplete ? points[i]
                : Find(feeds[i], points[i].Cursor.Epoch) is { } cursor ? new ResumePoint(ResumeKind.At, cursor)
                : default;
        }

        return located;
    }

    private static Cursor? Find(ChannelFeed feed, long hash)
    {
        foreach (var published in feed.Sequence.History.ReadAfter(null).Events.Reverse())
        {
            if (GripItem.IdOf(published.Event) is { } id && Hash(id) == hash)
            {
                return published.Cursor;
            }
        }

        return null;
    }

    private static long Hash(string id) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id))) & long.MaxValue;
}
