using Microsoft.AspNetCore.Http;

namespace SseFabric.Client.HandOff;

/// <summary>The results of <see cref="SseResultsExtensions"/> with their types.</summary>
public static class SseTypedResultsExtensions
{
    extension(TypedResults)
    {
        /// <summary>Lets the nginx before the application pass the request on to the fabric (<c>X-Accel-Redirect</c>).</summary>
        /// <param name="channels">The channels. Null or none: the answer is a 404.</param>
        /// <param name="signingKey">The fabric's <c>HandOff:SigningKey</c>, with which the redirect is signed. Null: it isn't.</param>
        /// <param name="lifetime">How long a signed redirect holds. Default one minute; 1 s to a day.</param>
        /// <param name="basePath">The path of nginx' internal location. Default <c>/redisse</c>; a <c>/</c> is added where it ends in none.</param>
        /// <exception cref="ArgumentException">A channel, the path or the key can't be used; the message says why.</exception>
        public static SseRedirectHttpResult SseRedirect(IEnumerable<string>? channels, string? signingKey = null, TimeSpan? lifetime = null, string basePath = "/redisse") =>
            new(channels, signingKey, lifetime, basePath);

        /// <summary>Hands the request over to the fabric before the application (a route with an <c>Upstream</c>), in the header <c>X-SSE-OFFLOAD</c>.</summary>
        /// <param name="channels">The channels. Null or none: the answer is a 404.</param>
        /// <exception cref="ArgumentException">A channel can't stand in a header; the message says why.</exception>
        public static SseHandOffHttpResult SseHandOff(IEnumerable<string>? channels) => new(channels);
    }
}
