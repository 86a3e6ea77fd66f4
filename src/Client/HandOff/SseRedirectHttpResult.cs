using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SseFabric.Contracts;

namespace SseFabric.Client.HandOff;

/// <summary>An empty 200 whose <c>X-Accel-Redirect</c> names the channels, or a 404 without any. Immutable; any thread.</summary>
/// <remarks>
/// Of the request's query only <c>polling</c> and <c>lastEventId</c> go along, before the channels; nginx itself keeps the header <c>Last-Event-ID</c>.
/// </remarks>
public sealed class SseRedirectHttpResult : IResult, IStatusCodeHttpResult
{
    /// <summary>How long a signed redirect holds unless said otherwise: nginx follows it at once.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(1);

    private const string HeaderName = "X-Accel-Redirect";
    private static readonly TimeSpan s_maxLifetime = TimeSpan.FromDays(1);

    private readonly string _path;
    private readonly string _channels;
    private readonly byte[]? _key;
    private readonly TimeSpan _lifetime;

    internal SseRedirectHttpResult(IEnumerable<string>? channels, string? signingKey, TimeSpan? lifetime, string basePath)
    {
        _channels = string.Join('&', channels?.Select(Item) ?? []);
        _key = signingKey is null ? null : KeyOf(signingKey);
        _lifetime = lifetime ?? DefaultLifetime;
        if (_lifetime < TimeSpan.FromSeconds(1) || _lifetime > s_maxLifetime)
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, $"A redirect holds for 1 second to {s_maxLifetime.TotalHours} hours.");
        }

        _path = PathOf(basePath);
    }

    /// <summary>200, or 404 if there is no channel.</summary>
    public int? StatusCode => _channels.Length == 0 ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCode!.Value;
        httpContext.Response.ContentLength = 0;
        if (_channels.Length > 0)
        {
            var time = httpContext.RequestServices?.GetService<TimeProvider>() ?? TimeProvider.System;
            httpContext.Response.Headers[HeaderName] = $"{_path}?{string.Join('&', [.. Options(httpContext.Request.Query), .. Signature(time), _channels])}";
        }

        return Task.CompletedTask;
    }

    private static IEnumerable<string> Options(IQueryCollection query)
    {
        if (query.ContainsKey(ReservedItems.Polling))
        {
            yield return ReservedItems.Polling;
        }

        if (query.TryGetValue(ReservedItems.LastEventId, out var lastEventId))
        {
            yield return $"{ReservedItems.LastEventId}={Uri.EscapeDataString(lastEventId[0] ?? "")}";
        }
    }

    private IEnumerable<string> Signature(TimeProvider time)
    {
        if (_key is not null)
        {
            var expiry = (time.GetUtcNow() + _lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            var signature = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{_path}\n{expiry}\n{_channels}"));
            yield return $"exp={expiry}";
            yield return $"sig={Base64Url.EncodeToString(signature)}";
        }
    }

    private static string Item(string channel)
    {
        if (!ChannelName.TryParse(channel, out _, out var error))
        {
            throw new ArgumentException($"\"{channel}\" can't be a channel: {error}", nameof(channel));
        }

        return ReservedItems.Contains(channel)
            ? throw new ArgumentException($"\"{channel}\" can't be a channel of a redirect: the word is reserved, as it is an option in the redirect's query.", nameof(channel))
            : Uri.EscapeDataString(channel);
    }

    private static byte[] KeyOf(string signingKey) =>
        signingKey.Length == 0 ? throw new ArgumentException("A signing key must not be empty; null: nothing is signed.", nameof(signingKey)) : Encoding.UTF8.GetBytes(signingKey);

    private static string PathOf(string basePath)
    {
        if (!basePath.StartsWith('/') || basePath.AsSpan().ContainsAny("?#%") || basePath.Any(c => !char.IsAscii(c) || char.IsControl(c) || c == ' '))
        {
            throw new ArgumentException($"\"{basePath}\" is no path of an internal location: it begins with / and has no query, fragment, escapes or spaces.", nameof(basePath));
        }

        return basePath.EndsWith('/') ? basePath : basePath + '/';
    }
}
