using System.Globalization;
using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redis;

/// <summary>Puts the pages of one read together.</summary>
/// <remarks>Where the entries aren't consecutive, something was appended nowhere: what lies before such a hole counts as trimmed.</remarks>
internal sealed class RedisHistoryReply(Cursor? after)
{
    private readonly List<PublishedEvent> _events = [];
    private Cursor _head;
    private Cursor _trimmed;
    private Cursor[] _epochs = [];
    private Cursor? _last = after;
    private string? _mark;

    /// <summary>Where to read on; null: from the start.</summary>
    public Cursor? Last => _last;

    /// <summary>Adds a page.</summary>
    /// <returns>How many entries it had.</returns>
    public int Add(RedisResult result)
    {
        var parts = (RedisResult[])result!;
        _head = CursorOf((string?)parts[0]);
        _trimmed = Max(_trimmed, CursorOf((string?)parts[1]));
        _epochs = [.. ((string?)parts[2] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(CursorOf)];
        _mark = (string?)parts[3] is { Length: > 0 } mark ? mark : null;
        var entries = (RedisResult[])parts[4]!;
        foreach (var entry in entries)
        {
            Add((RedisResult[])entry!);
        }

        return entries.Length;
    }

    /// <summary>All pages as one read.</summary>
    public StoredHistory ToHistory()
    {
        if (_head == default)
        {
            return new StoredHistory(null, _mark);
        }

        if (_last is { } last && last > _head)
        {
            // The state was lost and the stream was not.
            _head = last;
        }

        if (_head.Offset > 0 && _last != _head)
        {
            Forget(_head);
        }

        return new StoredHistory(new HistoryPage(ResumeOutcome.Exact, _events, _head, _trimmed, _epochs), _mark);
    }

    private void Add(RedisResult[] entry)
    {
        var cursor = CursorOf((string?)entry[0]);
        if (!(cursor.Offset == 1 || (_last is { } last && cursor.Follows(last))))
        {
            Forget(cursor with { Offset = cursor.Offset - 1 });
        }

        _last = cursor;
        _events.Add(EventOf(cursor, (RedisResult[])entry[1]!));
    }

    private void Forget(Cursor through)
    {
        _events.Clear();
        _trimmed = Max(_trimmed, through);
    }

    // Whatever somebody else has put there, it must not end the channel.
    private static PublishedEvent EventOf(Cursor cursor, RedisResult[] fields)
    {
        var offered = new NewEvent(ReadOnlyMemory<byte>.Empty);
        long at = 0;
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            var value = fields[i + 1];
            switch ((string?)fields[i])
            {
                case "data":
                    offered = offered with { Data = (byte[]?)value ?? [] };
                    break;
                case "type":
                    offered = offered with { Type = (string?)value is { } type && NewEvent.IsValidType(type) ? type : NewEvent.DefaultType };
                    break;
                case "retry":
                    offered = offered with { Retry = int.TryParse((string?)value, CultureInfo.InvariantCulture, out var retry) && retry >= 0 ? TimeSpan.FromMilliseconds(retry) : null };
                    break;
                case "flags":
                    offered = offered with { Rejected = RedisAppendArguments.IsRejected((string?)value ?? "") };
                    break;
                case "at":
                    _ = long.TryParse((string?)value, CultureInfo.InvariantCulture, out at);
                    break;
            }
        }

        return new PublishedEvent(cursor, at, offered);
    }

    private static Cursor Max(Cursor left, Cursor right) => left > right ? left : right;

    private static Cursor CursorOf(string? text) => Cursor.TryParse(text, out var cursor) ? cursor : default;
}
