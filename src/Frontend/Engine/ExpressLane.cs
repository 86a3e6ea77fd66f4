using System.Globalization;
using System.Net;
using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Hosting;
using SseFabric.Frontend.Profiles;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>The short way of a plain request for an open stream: from the loop that has read it to its channels, without the server.</summary>
/// <remarks>
/// It takes only what it is certain of: a request whose one possible answer is a stream of the native profile. Everything else, and whatever turns out
/// not to be possible now, goes to the server with the bytes that were read, and is answered there as if there were no such way.
/// </remarks>
internal sealed class ExpressLane
{
    private readonly FanOut _fanOut;
    private readonly StreamOptions _options;
    private readonly StreamProfile _profile;
    private readonly StreamProfile _named;
    private readonly SubscriberLimits _limits;
    private readonly TimeProvider _time;
    private readonly bool _isOpen;
    private readonly string _below;
    private readonly HashSet<int> _plain;
    private readonly HashSet<int> _others;
    private DatedHead _head = new(0, []);

    public ExpressLane(
        FanOut fanOut, FabricOptions options, StreamProfiles profiles, SubscriberLimits limits, IEnumerable<ISubscribeAuthorizer> authorizers,
        IConfiguration configuration, TimeProvider time)
    {
        (_fanOut, _options, _profile, _named, _limits, _time) = (fanOut, options.Stream, profiles.Native, profiles.Named, limits, time);
        _below = $"{_options.Path}/";
        _isOpen = options.HasProfile(FabricOptions.NativeProfile) && _options.Path.Length > 1 && options.Routes.Count == 0 && options.Auth.Jwt is null && !authorizers.Any()
            && _options.MaxPerAddress == 0 && configuration["AllowedHosts"] is null or "" or "*";
        var ports = Listening.Ports(configuration).ToLookup(listener => listener.IsPlain, listener => listener.Port);
        (_plain, _others) = ([.. ports[true]], [.. ports[false]]);
    }

    /// <summary>Whether the connections to an address are the lane's: those of plain HTTP/1, where all that the program serves can be had.</summary>
    public bool IsFor(IPEndPoint endpoint) => _isOpen && _plain.Contains(endpoint.Port) && !_others.Contains(endpoint.Port);

    /// <summary>Takes a request, if it is one for this way.</summary>
    /// <param name="socket">The connection, from now on the stream's.</param>
    /// <param name="bytes">What has been read of it.</param>
    public bool TryTake(ExpressSocket socket, ReadOnlySpan<byte> bytes)
    {
        if (RequestHead.Read(bytes) is not { } head || ReadRequest(head) is not { } request || _limits.TryEnter(null, out var seat) != LimitOutcome.Entered)
        {
            return false;
        }

        var subscriber = new Subscriber(socket.Loop, socket.Begin(Head()), _options) { Seat = seat };
        var subscribing = new SubscribeRequest(request.Channels, request.LastEventId, (request.IsNamed ? _named : _profile).Format, subscriber) { Completed = socket.Completed };
        socket.Subscribing = subscribing;
        _fanOut.Post(subscribing);
        return true;
    }

    /// <summary>The client is gone. Any thread.</summary>
    public void Abandon(SubscribeRequest subscribing) => _fanOut.Abandon(subscribing);

    private StreamRequest? ReadRequest(RequestHead head)
    {
        var mark = head.Target.IndexOf('?', StringComparison.Ordinal);
        var path = head.Target.AsSpan(0, mark < 0 ? head.Target.Length : mark);
        var isBelow = path.StartsWith(_below, StringComparison.Ordinal);
        if ((!isBelow && !path.SequenceEqual(_options.Path)) || (isBelow && !IsPlainSegment(path[_below.Length..])))
        {
            return null;
        }

        return StreamRequest.ReadAccept(head.Accept is null ? [] : [head.Accept]).Accepts
            && StreamRequest.TryRead(head.Target, isBelow, head.LastEventId, _options.MaxChannels, out var request, out _) && !request.IsPoll ? request : null;
    }

    // One segment that no server would read as another.
    private static bool IsPlainSegment(ReadOnlySpan<char> segment) => !segment.IsEmpty && !segment.ContainsAny('/', '%') && segment is not ("." or "..");

    /// <summary>The head of the response: it changes once a second.</summary>
    private byte[] Head()
    {
        var now = _time.GetUtcNow();
        var second = now.ToUnixTimeSeconds();
        var head = Volatile.Read(ref _head);
        if (head.Second != second)
        {
            head = new DatedHead(second, Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nConnection: close\r\nDate: {now.ToString("R", CultureInfo.InvariantCulture)}\r\n"
                + string.Concat(_profile.Head.Select(field => $"{field.Key}: {field.Value}\r\n")) + "Transfer-Encoding: chunked\r\n\r\n"));
            Volatile.Write(ref _head, head);
        }

        return head.Bytes;
    }

    private sealed record DatedHead(long Second, byte[] Bytes);
}
