using System.ComponentModel;
using System.Net;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>Accepts a listener's connections on one loop. Used on the loop only.</summary>
internal sealed class Acceptor(EngineLoop loop, EngineListener listener, int descriptor) : IPolled, ILimited
{
    /// <summary>How many are accepted before the loop's streams have their turn.</summary>
    private const int AtOnce = 64;

    private readonly byte[] _address = new byte[128];
    private ulong _key;
    private bool _isWatched;
    private bool _hasEnded;

    public void Begin()
    {
        _isWatched = true;

        // Not edge-triggered: what is left waiting wakes a loop again, whichever has time.
        _key = loop.Watch(descriptor, this, PollEvents.In | PollEvents.Exclusive);
    }

    /// <summary>Accepts no more.</summary>
    public void End()
    {
        if (_isWatched)
        {
            _isWatched = false;
            loop.Forget(descriptor, _key);
        }

        _hasEnded = true;
    }

    public void Ready(PollEvents events)
    {
        for (var i = 0; i < AtOnce; i++)
        {
            var length = _address.Length;
            var accepted = Libc.Accept(descriptor, ref _address[0], ref length, Libc.NonBlocking);
            if (accepted >= 0)
            {
                Take(accepted, length);
            }
            else if (Libc.Error is Libc.TooManyFiles or Libc.TooManyOpenFiles)
            {
                // They wait in the kernel's queue until some descriptor is free again.
                listener.LogTooManyFiles();
                Pause();
                return;
            }
            else if (Libc.Error == Libc.WouldBlock)
            {
                return;
            }
        }
    }

    public void TimeIsUp()
    {
        if (!_hasEnded)
        {
            Begin();
        }
    }

    public void Drop() => End();

    private void Pause()
    {
        _isWatched = false;
        loop.Forget(descriptor, _key);
        loop.Limit(this);
    }

    private void Take(int accepted, int addressLength)
    {
        var peer = new SocketAddress(listener.Address.AddressFamily, addressLength);
        _address.AsSpan(0, addressLength).CopyTo(peer.Buffer.Span);
        var target = listener.LoopFor(loop);
        if (target == loop)
        {
            Adopt(loop, accepted, peer);
        }
        else
        {
            target.Post(new Adoption(this, accepted, peer));
        }
    }

    private void Adopt(EngineLoop target, int accepted, SocketAddress peer)
    {
        try
        {
            ExpressSocket.Begin(target, listener, accepted, peer);
        }
        catch (Win32Exception)
        {
            _ = Libc.Close(accepted);
        }
    }

    private sealed class Adoption(Acceptor acceptor, int descriptor, SocketAddress peer) : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop) => acceptor.Adopt((EngineLoop)loop, descriptor, peer);
    }
}
