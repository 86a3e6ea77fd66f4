using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace SseFabric.Frontend.Publishing;

/// <summary>Reads a request's body up to a limit, which counts while the body comes in. One request.</summary>
internal sealed class RequestBody(HttpContext context, BodyGate gate) : IDisposable
{
    private const int FirstBytes = 4 << 10;
    private const int LingerBytes = 1 << 20;

    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(1);

    private byte[] _buffer = [];
    private long _held;
    private bool _hasBegun;
    private bool _hasEnded;

    /// <summary>Whether more of the body is to come than is worth taking in for the sake of the connection.</summary>
    public bool HasLongRest => !_hasEnded && !IsEmpty && (_hasBegun || context.Request.ContentLength is null or > LingerBytes);

    /// <summary>Whether there can be anything to read.</summary>
    public bool IsEmpty => context.Request.ContentLength == 0
        || (context.Request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false });

    /// <summary>What has been read.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Reads the body to its end, or says why not.</summary>
    /// <param name="maxBytes">The limit.</param>
    /// <param name="limit">What sets it, for people.</param>
    public async ValueTask<PublishRefusal?> ReadAsync(int maxBytes, string limit)
    {
        var announced = context.Request.ContentLength;
        if (announced > maxBytes)
        {
            return PublishRefusal.TooLarge($"The body has {announced} bytes; {limit} is {maxBytes}.");
        }

        LiftLimitOfServer();
        _hasBegun = true;
        var count = 0;
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            var part = read.Buffer;
            var refusal = part.Length > maxBytes - count ? PublishRefusal.TooLarge($"The body has more than {maxBytes} bytes, which is {limit}.")
                : Grow(count, (int)part.Length, (int)(announced ?? maxBytes)) ? null
                : PublishRefusal.NoRoom;
            if (refusal is null)
            {
                part.CopyTo(_buffer.AsSpan(count));
                count += (int)part.Length;
            }

            context.Request.BodyReader.AdvanceTo(part.End);
            if (refusal is not null)
            {
                return refusal;
            }

            if (read.IsCompleted)
            {
                // The events may outlive the request in a history: without room that nobody counts.
                _hasEnded = true;
                Bytes = count == _buffer.Length ? _buffer : _buffer[..count];
                return null;
            }
        }
    }

    /// <summary>
    /// Takes in a little of a long rest, so that a client that is still sending finds the answer before the end of the connection (RFC 9112, 9.6),
    /// and no more. The answer has been sent, and says that the connection ends.
    /// </summary>
    public async Task LingerAsync()
    {
        if (!_hasBegun && context.Request.Headers.Expect.Count > 0)
        {
            // It waits for our word before it sends.
            return;
        }

        LiftLimitOfServer();
        using var patience = new CancellationTokenSource(s_linger, TimeProvider.System);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        try
        {
            for (long left = LingerBytes; left > 0;)
            {
                var read = await context.Request.BodyReader.ReadAsync(over.Token);
                left -= read.Buffer.Length;
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over.Token);
        }
        catch (OperationCanceledException)
        {
            // Otherwise Kestrel goes on reading for five seconds, as much as comes.
            context.Abort();
        }
        catch (IOException)
        {
            // It has gone.
        }
    }

    public void Dispose() => gate.Release(_held);

    // The limits here are the only ones, and the framing of chunks doesn't count.
    private void LiftLimitOfServer()
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    // Only as the bytes come: what a client announces costs nothing.
    private bool Grow(int count, int more, int atMost)
    {
        var needed = count + more;
        if (needed <= _buffer.Length)
        {
            return true;
        }

        var size = (int)Math.Min(atMost, Math.Max(needed, Math.Max(FirstBytes, 2L * _buffer.Length)));
        if (!gate.TryTake(size - _buffer.Length, _held))
        {
            return false;
        }

        _held += size - _buffer.Length;
        Array.Resize(ref _buffer, size);
        return true;
    }
}
