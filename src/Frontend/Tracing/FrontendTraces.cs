using System.Diagnostics;
using SseFabric.Contracts;
using SseFabric.Frontend.Publishing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Tracing;

/// <summary>The spans of a frontend: a publish, an attach of a feed, a request to an application that may hand it off. None for a delivery. Any thread.</summary>
internal static class FrontendTraces
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "SseFabric.Frontend";

    private static readonly ActivitySource s_source = new(SourceName);

    public static Activity? StartPublish(HttpContext context, Publication publication)
    {
        var span = StartFrom(context, "publish", ActivityKind.Producer);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("messaging.system", "ssefabric");
            span.SetTag("messaging.operation.name", "publish");
            span.SetTag("messaging.batch.message_count", publication.Count);
            if (publication.Parts is [var only])
            {
                span.SetTag("messaging.destination.name", only.Channel.Value);
            }
        }

        return span;
    }

    public static Activity? StartAttach(ChannelName channel)
    {
        var span = s_source.StartActivity("attach", ActivityKind.Client);
        span?.SetTag("messaging.system", "ssefabric");
        span?.SetTag("messaging.destination.name", channel.Value);
        return span;
    }

    public static void Attached(Activity? span, AttachOutcome outcome)
    {
        if (outcome != AttachOutcome.Attached)
        {
            span?.SetStatus(ActivityStatusCode.Error, outcome.ToString());
        }
    }

    public static Activity? StartHandOff(HttpContext context, Uri upstream)
    {
        var span = StartFrom(context, "hand_off", ActivityKind.Client);
        span?.SetTag("server.address", upstream.Host);
        span?.SetTag("server.port", upstream.Port);
        return span;
    }

    /// <summary>The application has handed off the request whose span is under way.</summary>
    public static void HandedOff(HandOffKind kind) => Own?.SetTag("ssefabric.hand_off", kind.ToString());

    /// <summary>What the span under way is about has failed.</summary>
    public static void Failed(string reason) => Own?.SetStatus(ActivityStatusCode.Error, reason);

    private static Activity? Own => Activity.Current is { } current && current.Source == s_source ? current : null;

    // The server's own activity of the request lasts as long as its stream does, and is recorded by nobody: the parent is what the client names.
    private static Activity? StartFrom(HttpContext context, string name, ActivityKind kind)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(context.Request.Headers.TraceParent, context.Request.Headers.TraceState, isRemote: true, out var parent);
        Activity.Current = null;
        return s_source.StartActivity(name, kind, parent);
    }
}
