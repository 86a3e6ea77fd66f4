using SseFabric.Contracts;

namespace SseFabric.Frontend.Authorization;

/// <summary>What an <see cref="ISubscribeAuthorizer"/> has decided. An EventSource that is refused gives up for good (HTML standard, "fail the connection").</summary>
public sealed record SubscribeDecision
{
    private SubscribeDecision()
    {
    }

    /// <summary>The request gets what it asks for.</summary>
    public static SubscribeDecision Allowed { get; } = new();

    /// <summary>The stream ends then, with a last event that says so. Default null: not by this decision.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What <c>POST /admin/disconnect</c> may name as <c>token</c> to end the stream. Default null: as decided before.</summary>
    public string? TokenId { get; init; }

    internal IReadOnlyList<ChannelName>? Channels { get; private init; }

    /// <summary>The status of a refusal; 0: allowed.</summary>
    internal int Status { get; private init; }

    internal string Type { get; private init; } = "";

    internal string Detail { get; private init; } = "";

    /// <summary>What <c>WWW-Authenticate</c> says.</summary>
    internal string? Challenge { get; init; }

    /// <summary>The request gets these channels, whatever it asks for; null or empty: 404.</summary>
    public static SubscribeDecision AllowChannels(IEnumerable<ChannelName>? channels) => new() { Channels = [.. channels ?? []] };

    /// <summary>401: the request doesn't say, or prove, whose it is.</summary>
    public static SubscribeDecision Unauthorized(string detail = "This stream is not open to everybody, and the request doesn't prove whose it is.") =>
        Refuse(StatusCodes.Status401Unauthorized, "unauthorized", detail) with { Challenge = "Bearer" };

    /// <summary>403: whoever it is may not read this.</summary>
    public static SubscribeDecision Forbidden(string detail = "This stream is not open to whoever sent the request.") =>
        Refuse(StatusCodes.Status403Forbidden, "forbidden", detail);

    /// <summary>404: there is nothing here, or it is not to be known.</summary>
    public static SubscribeDecision NotFound(string detail = "There is no channel here.") => Refuse(StatusCodes.Status404NotFound, "no-channel", detail);

    internal static SubscribeDecision BadToken(string fault) => Unauthorized($"The token is not accepted. {fault}") with { Challenge = TokenChallenge.Invalid(fault) };

    private static SubscribeDecision Refuse(int status, string type, string detail) => new() { Status = status, Type = type, Detail = detail };
}
