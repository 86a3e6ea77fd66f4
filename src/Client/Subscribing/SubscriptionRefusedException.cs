using System.Net;

namespace SseFabric.Client.Subscribing;

/// <summary>The server has answered that there will be no stream, so coming back is of no use.</summary>
public sealed class SubscriptionRefusedException : Exception
{
    internal SubscriptionRefusedException(Uri address, HttpStatusCode status, string body)
        : base($"{address} was answered with {(int)status} and no stream{(body.Length == 0 ? "." : $": {body}")}")
    {
        Status = status;
        Body = body;
    }

    /// <summary>The response's status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>The beginning of its body, up to 4096 bytes.</summary>
    public string Body { get; }
}
