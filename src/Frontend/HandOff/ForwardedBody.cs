using System.IO.Pipelines;
using System.Net;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.HandOff;

/// <summary>A request's body on its way to an application, part by part as it comes in: nothing is read that the application hasn't made room for.</summary>
internal sealed class ForwardedBody(HttpContext context, UpstreamPatience patience, HandOffOptions options, bool isEmpty) : HttpContent
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
        var length = 0L;
        while (true)
        {
            // It is the client that is waited for, and Kestrel sees to that it sends.
            patience.Pause();
            var read = await ReadAsync(reader, cancellationToken);
            length += read.Buffer.Length;
            if (options.MaxRequestBytes > 0 && length > options.MaxRequestBytes)
            {
                Fault = new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
                throw Fault;
            }

            patience.Begin(options.Timeout);
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

    private async ValueTask<ReadResult> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            // Kestrel says of some bad chunks no more than that.
            Fault = exception as BadHttpRequestException ?? new BadHttpRequestException(exception.Message, exception);
            throw;
        }
    }
}
