using System.Buffers;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Hosting;

namespace SseFabric.Frontend.Dashboard;

/// <summary><c>GET /dashboard/feed</c>: the figures of the page, once a second.</summary>
internal sealed class DashboardStream(DashboardFeed feed, FrontendState state, TimeProvider time)
{
    // A page that takes nothing for so long is gone, or may come back.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public async Task HandleAsync(HttpContext context)
    {
        if (!feed.TryEnter())
        {
            context.Response.Headers.RetryAfter = "5";
            await Problems.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "busy-dashboard", $"{DashboardFeed.MaxViewers} pages are looking already, the most that this process serves at a time.");
            return;
        }

        try
        {
            await StreamAsync(context);
        }
        catch (Exception gone) when (gone is IOException or TimeoutException || (gone is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            context.Abort();
        }
        finally
        {
            feed.Leave();
        }
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var sample = await feed.NextAsync(0, context.RequestAborted);
        context.Response.BodyWriter.Write(feed.Past());
        await WriteAsync(context, sample);

        // A process that ends waits for its last response, which is to be over when its streams are; the page comes back for each sample meanwhile.
        while (state.Phase != FrontendPhase.Draining)
        {
            sample = await feed.NextAsync(sample.Number, context.RequestAborted);
            await WriteAsync(context, sample);
        }
    }

    private async Task WriteAsync(HttpContext context, DashboardSample sample) =>
        await context.Response.BodyWriter.WriteAsync(sample.Frame, context.RequestAborted).AsTask().WaitAsync(s_patience, time);
}
