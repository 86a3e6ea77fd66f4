using System.Net;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.HandOff;

/// <summary>Whose redirects are taken: with a signing key the signed ones, else those of trusted peers. Immutable; any thread.</summary>
internal sealed class RedirectAccess(HandOffOptions options, TimeProvider time)
{
    private readonly RedirectSignature? _signature = options.SigningKey is { } key ? new RedirectSignature(key) : null;
    private readonly IPNetwork[] _trusted = [.. options.TrustUnsignedFrom.Select(text => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text))];

    /// <summary>Why a redirect is refused; null if it isn't.</summary>
    public string? Refusal(HttpContext context, RedirectQuery query)
    {
        if (_signature is not null)
        {
            return _signature.Fault(context.Request.PathBase.Add(context.Request.Path), query, time.GetUtcNow()) is { } fault
                ? $"This redirect is not taken: {fault}."
                : null;
        }

        var peer = ClientAddress.SocketPeerOf(context);
        return peer is not null && Array.Exists(_trusted, range => range.Contains(peer))
            ? null
            : $"Redirects are taken from Fabric:HandOff:TrustUnsignedFrom, and {peer?.ToString() ?? "the other end of this connection"} is not one of them.";
    }
}
