using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.HandOff.Grip;
using SseFabric.Frontend.Profiles;
using SseFabric.Frontend.Routing;
using SseFabric.Frontend.Subscribers;
using SseFabric.Frontend.Tracing;

namespace SseFabric.Frontend.HandOff;

/// <summary>Asks an application for the answer to a request, and passes it on; or, where the application hands off, lets go of it and streams.</summary>
internal sealed partial class HandOffEndpoint(
    UpstreamClient client,
    UpstreamRequest requests,
    HandOffHeaders headers,
    HandOffOptions options,
    StreamOptions streams,
    StreamServer server,
    StreamCors cors,
    GripServer grip,
    FrontendMetrics metrics,
    TimeProvider time,
    ILogger<HandOffEndpoint> logger)
{
    /// <summary>Answers a request of any method whose route has an application.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var route = context.Features.GetRequiredFeature<RouteMatch>().Entry;
        context.Features.Set<RouteMatch>(null);
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (await RefuseAsync(context, route.Upstream!, rawTarget) is not { } target)
        {
            return;
        }

        // All that was needed for the application is gone before the stream begins, which may be long.
        if (await ForwardAsync(context, route, target) is { } serve)
        {
            await serve();
        }
    }

    private Task<bool> StreamAsync(HttpContext context, RouteEntry route, HandOffAnswer handOff)
    {
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var (lastEventId, isPoll) = StreamRequest.ReadResume(rawTarget, context.Request.Headers["Last-Event-ID"]);
        return server.ServeAsync(context, new StreamOffer(handOff.Channels, lastEventId, route.Profile.IsPoll(context.Request, isPoll))
        {
            IsHandOff = true,
            AcceptsByName = StreamRequest.ReadAccept(context.Request.Headers.Accept).ByName,
            Profile = route.Profile,
            Headers = handOff.WriteHeaders,
            Prelude = handOff.Prelude,
        });
    }

    /// <summary>Refuses what can't be passed on.</summary>
    /// <returns>Where the request is passed to; null: it has been refused.</returns>
    private async Task<Uri?> RefuseAsync(HttpContext context, Uri upstream, string rawTarget)
    {
        var request = context.Request;
        if (HttpMethods.IsConnect(request.Method) || IsWebSocket(request))
        {
            await Problems.WriteAsync(context, StatusCodes.Status501NotImplemented, "no-tunnel", "Neither WebSockets nor other tunnels are passed on to the application.");
            return null;
        }

        if (!UpstreamTarget.TryCreate(upstream, rawTarget, out var target))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-target", "A request for the application needs a path, without spaces and control characters.");
            return null;
        }

        if (options.MaxRequestBytes > 0 && request.ContentLength > options.MaxRequestBytes)
        {
            await RefuseLengthAsync(context);
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // Ours is the only limit; Kestrel's counts the framing of chunks.
            size.MaxRequestBodySize = null;
        }

        return target;
    }

    /// <returns>What is to be done now that the application has let go; null: it has been answered.</returns>
    private async Task<Func<Task>?> ForwardAsync(HttpContext context, RouteEntry route, Uri target)
    {
        using var span = FrontendTraces.StartHandOff(context, route.Upstream!);
        using var patience = new UpstreamPatience(time, context.RequestAborted);
        using var request = requests.Create(context, target, patience);
        try
        {
            patience.Begin(options.Timeout);
            using var answer = await client.SendAsync(request, patience.Token);
            if (headers.IsGripHold(answer))
            {
                return await ReadHoldAsync(context, route, answer, patience);
            }

            if (headers.IsHandOff(answer))
            {
                return await ReadHandOffAsync(context, route, answer, patience);
            }

            patience.Pause();
            if ((int)answer.StatusCode < StatusCodes.Status200OK)
            {
                await FailAsync(context, route, UpstreamFault.BadAnswer, $"its status is {(int)answer.StatusCode}");
                return null;
            }

            await PassAsync(context, route, answer, patience);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told anything.
        }
        catch (Exception) when ((request.Content as ForwardedBody)?.Fault is { } fault)
        {
            await (fault.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? RefuseLengthAsync(context)
                : Problems.WriteAsync(context, fault.StatusCode, "bad-body", fault.Message));
        }
        catch (OperationCanceledException) when (patience.IsTimeOver)
        {
            await FailAsync(context, route, UpstreamFault.TimedOut, $"no answer within {options.Timeout:c} (Fabric:HandOff:Timeout)");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            var isUnreachable = exception is SocketException || (exception as HttpRequestException)?.HttpRequestError
                is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
            await FailAsync(context, route, isUnreachable ? UpstreamFault.Unreachable : UpstreamFault.BadAnswer, exception.InnerException?.Message ?? exception.Message);
        }

        return null;
    }

    private async Task<Func<Task>?> ReadHandOffAsync(HttpContext context, RouteEntry route, HttpResponseMessage answer, UpstreamPatience patience)
    {
        if (headers.TryRead(answer, out var channels, out var error))
        {
            byte[]? prelude = [];
            if (options.Prelude)
            {
                prelude = await HeldBody.ReadAsync(answer, patience.Token);
                error = prelude is null ? $"The body of a hand-off may have at most {HeldBody.MaxBytes} bytes." : HeldBody.StreamFault(answer, prelude);
            }

            if (error is null)
            {
                metrics.HandedOff(HandOffKind.Header);
                FrontendTraces.HandedOff(HandOffKind.Header);
                var handOff = new HandOffAnswer(channels, HandOffAnswer.HeadersOf(answer, headers), prelude);
                return () => StreamAsync(context, route, handOff);
            }
        }

        await FailAsync(context, route, UpstreamFault.BadHandOff, error);
        return null;
    }

    private async Task<Func<Task>?> ReadHoldAsync(HttpContext context, RouteEntry route, HttpResponseMessage answer, UpstreamPatience patience)
    {
        if (!GripHeaders.TryRead(answer, options, out var hold, out var error))
        {
            await FailAsync(context, route, UpstreamFault.BadHandOff, error);
            return null;
        }

        if (await HeldAnswer.ReadAsync(answer, hold.IsStream, patience.Token) is not { } held)
        {
            await FailAsync(context, route, UpstreamFault.BadHandOff, $"An answer that is held has a body of at most {HeldBody.MaxBytes} bytes.");
            return null;
        }

        if (hold.IsStream && HeldBody.StreamFault(answer, held.Body) is { } fault)
        {
            await FailAsync(context, route, UpstreamFault.BadHandOff, fault);
            return null;
        }

        metrics.HandedOff(HandOffKind.Grip);
        FrontendTraces.HandedOff(HandOffKind.Grip);
        return () => grip.ServeAsync(context, hold, held);
    }

    private async Task PassAsync(HttpContext context, RouteEntry route, HttpResponseMessage answer, UpstreamPatience patience)
    {
        try
        {
            PassedAnswer.SetHead(context.Response, answer, headers);
        }
        catch (InvalidOperationException exception)
        {
            context.Response.Clear();
            await FailAsync(context, route, UpstreamFault.BadAnswer, exception.Message);
            return;
        }

        try
        {
            await PassedAnswer.CopyBodyAsync(context, answer, patience, options.IdleTimeout);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                Log.AnswerBroken(logger, route.Upstream!, patience.IsTimeOver ? $"silence for {options.IdleTimeout:c} (Fabric:HandOff:IdleTimeout)" : exception.Message);
            }

            // The client must not take it for a whole answer.
            context.Abort();
        }
    }

    private Task FailAsync(HttpContext context, RouteEntry route, UpstreamFault fault, string reason)
    {
        FrontendTraces.Failed(fault.ToString());
        Log.Failed(logger, route.Upstream!, fault, reason.TrimEnd('.'));
        if (fault != UpstreamFault.BadHandOff && SparesEventSource(context.Request, route.Profile))
        {
            metrics.SubscriberRefused(BusyReason.Upstream.Word());

            // Otherwise it is the application that says which pages may read what it answers; it hasn't.
            cors.Apply(context);
            return BusyAnswer.WriteAsync(context, BusyReason.Upstream, route.Profile, acceptsByName: true, streams.Retry);
        }

        var (status, type, detail) = fault switch
        {
            UpstreamFault.Unreachable => (StatusCodes.Status502BadGateway, "application-unreachable", "The application can't be reached now."),
            UpstreamFault.TimedOut => (StatusCodes.Status504GatewayTimeout, "application-timed-out", "The application gave no answer in time."),
            UpstreamFault.BadAnswer => (StatusCodes.Status502BadGateway, "application-bad-answer", "The application gave no valid answer."),
            UpstreamFault.BadHandOff => (StatusCodes.Status502BadGateway, "bad-hand-off", reason),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
        };
        return Problems.WriteAsync(context, status, type, detail);
    }

    private Task RefuseLengthAsync(HttpContext context) => Problems.WriteAsync(
        context, StatusCodes.Status413PayloadTooLarge, "too-large", $"The body of a request may have at most {options.MaxRequestBytes} bytes (Fabric:HandOff:MaxRequestBytes).");

    // An EventSource would give up for good, and applications are started anew with every new version of them.
    private static bool SparesEventSource(HttpRequest request, StreamProfile profile) =>
        profile.SparesEventSource && HttpMethods.IsGet(request.Method) && StreamRequest.ReadAccept(request.Headers.Accept).ByName;

    private static bool IsWebSocket(HttpRequest request) =>
        new ConnectionHeaders(request.Headers.Connection).Names("Upgrade")
        && request.Headers.Upgrade.Any(protocols => protocols?.Contains("websocket", StringComparison.OrdinalIgnoreCase) is true);
}
