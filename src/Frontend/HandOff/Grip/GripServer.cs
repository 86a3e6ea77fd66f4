using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>Gives a request what a GRIP application has asked for: a stream, or a response that waits for its item.</summary>
internal sealed class GripServer(StreamServer server, GripProfiles profiles)
{
    /// <param name="context">The request.</param>
    /// <param name="hold">What is asked for.</param>
    /// <param name="answer">What the application answered: a stream's beginning, or what the client gets when the wait is over.</param>
    public Task ServeAsync(HttpContext context, GripHold hold, HeldAnswer answer)
    {
        var offer = new StreamOffer(hold.Channels, hold.Position, IsPoll: !hold.IsStream) { IsHandOff = true, Profile = profiles.For(hold), Headers = answer.WriteHeaders };
        return hold.IsStream
            ? server.ServeAsync(context, offer with { Status = hold.Status ?? answer.Status, Prelude = answer.Body })
            : WaitAsync(context, hold, answer, offer);
    }

    private async Task WaitAsync(HttpContext context, GripHold hold, HeldAnswer answer, StreamOffer offer)
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            // What comes into it is bounded: by an event's size, and a poll takes no second write.
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            if (!await server.ServeAsync(context, offer with { Into = pipe.Writer }))
            {
                return;
            }

            await pipe.Writer.CompleteAsync();
            var read = await pipe.Reader.ReadAtLeastAsync(int.MaxValue);
            var item = GripItem.FirstResponse(read.Buffer);
            await pipe.Reader.CompleteAsync();
            if (item is { } response)
            {
                await WriteAsync(context, response);
                return;
            }
        }

        context.Response.StatusCode = hold.Status ?? answer.Status;
        answer.WriteHeaders(context.Response.Headers);
        await WriteBodyAsync(context, answer.Body);
    }

    private static async Task WriteAsync(HttpContext context, JsonElement response)
    {
        context.Response.StatusCode = response.TryGetProperty("code", out var code) ? code.GetInt32() : StatusCodes.Status200OK;
        if (response.TryGetProperty("reason", out var reason))
        {
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = reason.GetString();
        }

        foreach (var (name, value) in GripItems.HeadersOf(response))
        {
            context.Response.Headers.Append(name, value);
        }

        await WriteBodyAsync(context, GripItem.Bytes(response, "body"));
    }

    private static async Task WriteBodyAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (context.Response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }
}
