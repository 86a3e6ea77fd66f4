using System.Net;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>A connection from its accept until it is the server's, or a stream. Used on its loop only, but for <see cref="Completed"/>.</summary>
internal sealed class ExpressSocket : IPolled, ILimited, ILoopItem<DeliveryLoop>
{
    private readonly EngineListener _listener;
    private readonly int _descriptor;
    private readonly SocketAddress _peer;
    private ulong _key;
    private byte[] _received = [];
    private StreamSocket? _stream;
    private SubscribeOutcome _outcome;
    private bool _isGone;
    private bool _hasLeft;

    private ExpressSocket(EngineLoop loop, EngineListener listener, int descriptor, SocketAddress peer) => (Loop, _listener, _descriptor, _peer) = (loop, listener, descriptor, peer);

    public EngineLoop Loop { get; }

    public long Deadline { get; set; }

    /// <summary>What has been subscribed.</summary>
    public SubscribeRequest? Subscribing { get; set; }

    /// <summary>Takes a connection that has been accepted.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The system refuses; the descriptor is still the caller's.</exception>
    public static void Begin(EngineLoop loop, EngineListener listener, int descriptor, SocketAddress peer)
    {
        var socket = new ExpressSocket(loop, listener, descriptor, peer);
        socket._key = loop.Watch(descriptor, socket);
        if (listener.Lane is null)
        {
            socket.GiveToServer();
        }
        else
        {
            // The server has its own patience with those who send nothing.
            loop.Limit(socket, socket._key);
        }
    }

    /// <summary>What the stream is written to, beginning with the response's head.</summary>
    public StreamSocket Begin(byte[] head) => _stream = new StreamSocket(Loop, _descriptor, _key, head);

    public void Ready(PollEvents events)
    {
        if (_stream is not null)
        {
            // Not read: the server may still have to.
            if ((events & PollEvents.Ended) != 0)
            {
                GiveUp();
            }

            return;
        }

        var received = Loop.Receive(_descriptor);
        if (received.IsEmpty)
        {
            if ((events & PollEvents.Ended) != 0)
            {
                Drop();
            }
        }
        else
        {
            _received = received.ToArray();
            if (!_listener.Lane!.TryTake(this, received))
            {
                GiveToServer(events);
            }
            else if ((events & PollEvents.Ended) != 0)
            {
                GiveUp();
            }
        }
    }

    /// <summary>What came of the request to subscribe. Any thread.</summary>
    public void Completed(SubscribeOutcome outcome)
    {
        if (outcome != SubscribeOutcome.Joined)
        {
            Subscribing!.Subscriber.Seat?.Leave();
            _outcome = outcome;
            Loop.Post(this);
        }
    }

    public void TimeIsUp()
    {
        if (_stream is null)
        {
            GiveToServer();
        }
    }

    public void Drop()
    {
        if (!_hasLeft)
        {
            _hasLeft = true;
            Loop.Close(_descriptor, _key);
        }
    }

    void ILoopItem<DeliveryLoop>.Execute(DeliveryLoop loop)
    {
        if (_isGone || _outcome == SubscribeOutcome.Abandoned)
        {
            Drop();
        }
        else
        {
            GiveToServer();
        }
    }

    private void GiveUp()
    {
        if (!_isGone)
        {
            _isGone = true;
            _listener.Lane!.Abandon(Subscribing!);
        }
    }

    /// <param name="events">What epoll has told last: it doesn't tell it again.</param>
    private void GiveToServer(PollEvents events = PollEvents.None)
    {
        _hasLeft = true;
        var socket = new ServerSocket(Loop, _descriptor, _key);
        Loop.Replace(_key, socket);
        if (!_listener.TryGive(new EngineConnection(socket, _received, _listener.Pool, _listener.Address, (IPEndPoint)_listener.Address.Create(_peer))))
        {
            socket.Drop();
        }
        else
        {
            socket.Ready(events);
        }
    }
}
