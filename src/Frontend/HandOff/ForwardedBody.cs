using System.Net;

namespace SseFabric.Frontend.HandOff;

/// <summary>A request's body on its way to an application, part by part as it comes in: nothing is read that the application hasn't made room for.</summary>
internal sealed class ForwardedBody(HttpContext context, UpstreamPatience patience, TimeSpan timeout, bool isEmpty) : HttpContent
{
    /// <summary>What was wrong with the body as it came in; null: nothing.</summary>
    public BadHttpRequestException? Fault { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? transport) => SerializeToStreamAsync(stream, transport, patience.Token);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? transport, CancellationToken cancellationToken)
    {
        if (isEmpty)
        {
            return;
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            // It is the client that is waited for, and Kestrel sees to that it sends.
            patience.Pause();
            System.IO.Pipelines.ReadResult read;
            try
            {
                read = await reader.ReadAsync(cancellationToken);
            }
            catch (BadHttpRequestException fault)
            {
                Fault = fault;
                throw;
            }

            patience.Begin(timeout);
            foreach (var part in read.Buffer)
            {
                await stream.WriteAsync(part, cancellationToken);
            }

            // Otherwise a small part stays in a buffer until more comes.
            await stream.FlushAsync(cancellationToken);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = isEmpty ? 0 : context.Request.ContentLength ?? -1;
        return length >= 0;
    }
}
