using SseFabric.Contracts;
using SseFabric.Frontend.Authorization;

namespace SseFabric.Frontend.Publishing;

/// <summary>Why a request publishes nothing, or not all of it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">A stable word for programs.</param>
/// <param name="Detail">A sentence for people.</param>
internal sealed record PublishRefusal(int Status, string Type, string Detail)
{
    /// <summary>What <c>WWW-Authenticate</c> says; null: as the status does.</summary>
    public string? Challenge { get; init; }

    /// <summary>Whether the request may be repeated as it is, a little later.</summary>
    public bool IsPassing => Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable;

    public static PublishRefusal BadRequest(string detail) => new(StatusCodes.Status400BadRequest, "bad-publish", detail);

    public static PublishRefusal BadFormat(string detail) => new(StatusCodes.Status400BadRequest, "bad-format", detail);

    public static PublishRefusal TooLarge(string detail) => new(StatusCodes.Status413PayloadTooLarge, "too-large", detail);

    public static PublishRefusal WrongType(string detail) => new(StatusCodes.Status415UnsupportedMediaType, "unsupported-type", detail);

    public static PublishRefusal NotFromHere(string fault) =>
        new(StatusCodes.Status403Forbidden, "publish-forbidden", $"Without Fabric:Publish:Keys only publishers on this machine are taken, and {fault}.");

    public static PublishRefusal OtherChannel(ChannelName channel) =>
        new(StatusCodes.Status403Forbidden, "publish-forbidden", $"The token doesn't allow publishing to the channel '{channel}' (claim {AccessToken.PublishClaim}); nothing was published.") { Challenge = TokenChallenge.Insufficient };

    public static PublishRefusal BadToken(string fault, bool hasKeys) =>
        new(StatusCodes.Status401Unauthorized, "bad-token", $"The token is not accepted{(hasKeys ? ", nor is it a key of Fabric:Publish:Keys" : "")}. {fault}") { Challenge = TokenChallenge.Invalid(fault) };

    public static PublishRefusal NoToken(string fault) =>
        new(StatusCodes.Status401Unauthorized, "no-token", $"Publishing needs a token, as 'Authorization: Bearer TOKEN' or as the parameter '{BearerToken.Parameter}'; without one only publishers on this machine are taken, and {fault}.");

    public static PublishRefusal BadKey { get; } =
        new(StatusCodes.Status401Unauthorized, "bad-key", "Publishing needs a key of Fabric:Publish:Keys, as 'Authorization: Bearer KEY' or as the parameter 'key'; this one is missing or wrong.");

    public static PublishRefusal Draining { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "busy-draining", "This server is about to end; publish again, and another one answers.");

    public static PublishRefusal NoRoom { get; } = new(
        StatusCodes.Status503ServiceUnavailable,
        "busy-publishing",
        $"This server is reading as many bodies as it may, {PublishLimits.MaxBodyBytes} bytes at a time; nothing was published, try again later.");

    /// <summary>What a channel's refusal means to an HTTP client.</summary>
    public static PublishRefusal Of(PublishOutcome outcome, ChannelName channel) => outcome switch
    {
        PublishOutcome.TooLarge => TooLarge($"An event is larger than the channel '{channel}' takes (MaxEventBytes)."),
        PublishOutcome.BadFormat => BadFormat($"An event is not of the format of the channel '{channel}', or its type can't stand in a frame."),
        PublishOutcome.Overloaded => new(StatusCodes.Status429TooManyRequests, "overloaded", $"Too much is waiting for delivery; nothing was published to the channel '{channel}', try again later."),
        PublishOutcome.Unavailable => new(StatusCodes.Status503ServiceUnavailable, "unavailable", $"The owner of the channel '{channel}' can't be reached now; the events may or may not have been published there."),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
