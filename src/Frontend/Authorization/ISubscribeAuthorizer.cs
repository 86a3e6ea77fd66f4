namespace SseFabric.Frontend.Authorization;

/// <summary>Decides who may read what: of requests in which the client names its channels, or a route does; an application's hand-off has been decided by it.</summary>
/// <remarks>
/// Register any number as singletons, before or after <c>AddSseFabric</c>. They are asked in the order of their registration, after <c>Fabric:Auth:Jwt</c> if that is
/// set; each sees the channels that the one before has left, and the first that refuses is the last that is asked. Any thread, many calls at a time. What one throws is
/// answered 500, and nothing is subscribed.
/// </remarks>
public interface ISubscribeAuthorizer
{
    /// <summary>Decides about one request, before anything is subscribed for it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    ValueTask<SubscribeDecision> AuthorizeAsync(SubscribeContext context, CancellationToken cancellationToken);
}
