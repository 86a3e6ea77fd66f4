using System.ComponentModel;
using System.Net;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>Accepts a listener's connections on one loop. Used on the loop only.</summary>
internal sealed class Acceptor(EngineLoop loop, EngineListener listener, int descriptor) : IPolled, ILimited
{
    /// <summary>How many are accepted before the loop's streams have their turn.</summary>
    private const int AtOnce = 64;

    // Not edge-triggered: what is left waiting wakes a loop again, whichever has time.
    private const PollEvents Awaited = PollEvents.In | PollEvents.Exclusive;

    private readonly byte[] _address = new byte[128];
    private ulong _key = Poll.WakeKey;

    public long Deadline { get; set; }

    public void Begin() => _key = loop.Watch(descriptor, this, Awaited);

    /// <summary>Accepts no more.</summary>
    public void End() => loop.Forget(descriptor, _key);

    public void Ready(PollEvents events)
    {
        for (var i = 0; i < AtOnce; i++)
        {
            var length = _address.Length;
            var accepted = Libc.Accept(descriptor, ref _address[0], ref length, Libc.NonBlocking);
            if (accepted >= 0)
            {
                Take(accepted, length);
                continue;
            }

            switch (Libc.Error)
            {
                case Libc.WouldBlock:
                    return;
                case Libc.TooManyFiles or Libc.TooManyOpenFiles or Libc.NoMemory or Libc.NoBuffers:
                    // They wait in the kernel's queue until there is something free again.
                    listener.LogTooManyFiles();
                    loop.Pause(descriptor);
                    loop.Limit(this, _key);
                    return;
                default:
                    // This one connection's end.
                    break;
            }
        }
    }

    public void TimeIsUp()
    {
        try
        {
            loop.Resume(descriptor, _key, Awaited);
        }
        catch (Win32Exception)
        {
            // Still nothing free.
            loop.Limit(this, _key);
        }
    }

    public void Drop() => End();

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
