using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Engine;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Endpoints;

/// <summary>Where a request's stream is written: by the engine, if its connection can become the engine's, else by the server.</summary>
internal abstract class StreamTarget
{
    /// <summary>The loop that writes it.</summary>
    public abstract DeliveryLoop Loop { get; }

    public abstract StreamOutput Output { get; }

    /// <summary>Whether it is a poll.</summary>
    public bool IsPoll { get; private init; }

    /// <param name="context">The request, whose response hasn't begun.</param>
    /// <param name="offer">What it gets.</param>
    /// <param name="format">How the stream looks.</param>
    /// <param name="loops">The loops for what the server writes.</param>
    public static StreamTarget Of(HttpContext context, StreamOffer offer, IStreamFormat format, DeliveryLoops loops)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        // A stream is slow by nature; a host of ours may have Kestrel cut such responses.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        var isPoll = offer.IsPoll && format.Behaviour.PollWindow is not null;
        if (!isPoll && offer.Into is null && DetachableOf(context) is { } connection)
        {
            return new EngineTarget(connection);
        }

        var peer = context.Features.Get<IPeer>() ?? (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket ? new SocketPeer(socket) : null);
        if (format.Behaviour.HeartbeatAfter is null)
        {
            peer?.Probe(StreamOptions.DefaultHeartbeat);
        }

        return new ServerTarget(loops.Next(), new PipeOutput(offer.Into ?? context.Response.BodyWriter, context.Abort, peer)) { IsPoll = isPoll };
    }

    /// <summary>Serves a stream that is joined: until it has ended, or the engine has it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="abandon">Ends the stream.</param>
    /// <returns>Whether the engine has it, and the request is over.</returns>
    public abstract Task<bool> StreamAsync(HttpContext context, Action abandon);

    // Plain HTTP/1.x, one request, and a body that nothing stands before: what is written to the socket is what the client reads.
    private static IDetachable? DetachableOf(HttpContext context) =>
        context.Features.Get<IDetachable>() is { } connection
        && context.Request.Protocol is "HTTP/1.1" or "HTTP/1.0"
        && context.Features.Get<ITlsHandshakeFeature>() is null
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
        && context.Features.Get<IHttpResponseBodyFeature>()?.GetType().Assembly == typeof(KestrelServer).Assembly
            ? connection
            : null;

    private sealed class ServerTarget(DeliveryLoop loop, PipeOutput output) : StreamTarget
    {
        public override DeliveryLoop Loop => loop;

        public override StreamOutput Output => output;

        public override async Task<bool> StreamAsync(HttpContext context, Action abandon)
        {
            await output.Completion;
            return false;
        }
    }

    private sealed class EngineTarget(IDetachable connection) : StreamTarget
    {
        private readonly StreamSocket _output = new(connection.Loop);

        public override DeliveryLoop Loop => connection.Loop;

        public override StreamOutput Output => _output;

        public override async Task<bool> StreamAsync(HttpContext context, Action abandon)
        {
            var isDetached = false;
            try
            {
                // The connection ends with the stream, and a proxy is to know.
                context.Response.Headers.TryAdd("Connection", "close");
                connection.HoldHead();
                await context.Response.BodyWriter.FlushAsync();

                // Whatever the head says of it: what is sent behind the request would be executed, and nobody would get the answer.
                context.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().RequestClose();
                isDetached = connection.TryDetach(_output);
            }
            finally
            {
                if (!isDetached)
                {
                    abandon();
                }
            }

            return isDetached;
        }
    }
}
