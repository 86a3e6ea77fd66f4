using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.HandOff.Grip;

namespace SseFabric.Frontend.HandOff;

/// <summary>What an application's answer says with its hand-off headers. Immutable; any thread.</summary>
internal sealed class HandOffHeaders(HandOffOptions options)
{
    private static readonly string[] s_types = ["text/event-stream", "event/stream"];

    private readonly HashSet<string> _headers = new(options.Headers, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _typed = new([.. options.Headers, .. options.TypedHeaders], StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of the headers that mean a hand-off in an answer of this type.</summary>
    private HashSet<string> Of(HttpResponseMessage answer) => IsEventStream(answer) ? _typed : _headers;

    /// <summary>Whether an answer hands off.</summary>
    public bool IsHandOff(HttpResponseMessage answer)
    {
        var names = Of(answer);
        return answer.IsSuccessStatusCode && PassedAnswer.HeadersOf(answer).Any(header => names.Contains(header.Name));
    }

    /// <summary>Whether the client is not to see a header.</summary>
    public bool IsHidden(HttpResponseMessage answer, string name) =>
        (!options.ShowToClient && Of(answer).Contains(name)) || (options.Grip && name.StartsWith(GripHeaders.Prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an answer asks for a hold as GRIP has it.</summary>
    public bool IsGripHold(HttpResponseMessage answer) => options.Grip && answer.IsSuccessStatusCode && GripHeaders.IsHold(answer);

    /// <summary>Reads the channels, or says in one sentence why there are none to be had.</summary>
    public bool TryRead(HttpResponseMessage answer, [NotNullWhen(true)] out ChannelName[]? channels, [NotNullWhen(false)] out string? error)
    {
        channels = null;
        error = null;
        var names = Of(answer);
        var read = new HashSet<ChannelName>();
        foreach (var (name, values) in PassedAnswer.HeadersOf(answer).Where(header => names.Contains(header.Name)))
        {
            foreach (var item in values.SelectMany(Items))
            {
                if (!ChannelName.TryParse(item, out var channel, out var fault))
                {
                    error = $"The header {name} names a channel that can't be: {fault}";
                    return false;
                }

                read.Add(channel);
            }
        }

        error = read.Count == 0 ? $"A hand-off header names no channel ({string.Join(", ", names)})."
            : read.Count > options.MaxChannels ? $"A hand-off may name at most {options.MaxChannels} channels (Fabric:HandOff:MaxChannels); this one names {read.Count}."
            : null;
        channels = error is null ? [.. read] : null;
        return channels is not null;
    }

    private static IEnumerable<byte[]> Items(string? line) => ReadJson(line ?? "") ?? ReadList(line ?? "");

    // A list of texts in JSON can name what has a comma. What only looks like one is names with brackets in them.
    private static List<byte[]>? ReadJson(string line)
    {
        if (!line.StartsWith('[') || !line.EndsWith(']'))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<string?[]>(Encoding.Latin1.GetBytes(line)) is { } names && Array.TrueForAll(names, name => name is not null)
                ? [.. names.Select(name => Encoding.UTF8.GetBytes(name!))]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // RFC 9110, 5.6.1: empty items of a list count for nothing.
    private static IEnumerable<byte[]> ReadList(string line) =>
        line.Split(',').Select(item => item.Trim(' ', '\t')).Where(item => item.Length > 0).Select(Encoding.Latin1.GetBytes);

    private static bool IsEventStream(HttpResponseMessage answer)
    {
        if (!answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values))
        {
            return false;
        }

        var value = values.ToString();
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var type = (semicolon < 0 ? value : value[..semicolon]).Trim(' ', '\t');
        return s_types.Contains(type, StringComparer.OrdinalIgnoreCase);
    }
}
