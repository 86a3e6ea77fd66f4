using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>Opens connections that are logged in and answer. One caller at a time.</summary>
internal sealed class RedisConnector(RedisEndpoints endpoints, TimeProvider time)
{
    private const string ServerIdField = "run_id:";

    private int _next;

    /// <summary>Tries the addresses in turn, beginning with the one that answered last.</summary>
    /// <exception cref="RedisLinkException">None answered; the message is the last one's reason.</exception>
    public async Task<RedisLink> OpenAsync(CancellationToken cancellationToken)
    {
        var failure = "";
        for (var tries = endpoints.Addresses.Count; tries > 0; tries--)
        {
            var address = endpoints.Addresses[_next];
            using var timeout = new CancellationTokenSource(endpoints.ConnectTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                return await OpenByAsync(address, either.Token);
            }
            catch (Exception exception) when (IsLinkFailure(exception) && !cancellationToken.IsCancellationRequested)
            {
                var reason = timeout.IsCancellationRequested ? $"no answer within {endpoints.ConnectTimeout}" : exception.Message;
                failure = $"{RedisEndpoints.Text(address)}: {reason}";
                _next = (_next + 1) % endpoints.Addresses.Count;
            }
        }

        throw new RedisLinkException(failure);
    }

    /// <summary>Whether an exception means a lost or failed connection rather than a bug.</summary>
    public static bool IsLinkFailure(Exception exception) =>
        exception is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException;

    /// <summary>Connects to this server and no other. Any number of callers.</summary>
    /// <exception cref="RedisLinkException">It doesn't answer, or not as it should.</exception>
    public async Task<RedisLink> OpenAtAsync(EndPoint server, CancellationToken cancellationToken)
    {
        var link = await RedisLink.ConnectAsync(server, endpoints, cancellationToken);
        try
        {
            await LogInAsync(link, cancellationToken);
            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    private async Task<RedisLink> OpenByAsync(EndPoint address, CancellationToken cancellationToken) => await OpenAtAsync(
        endpoints.ServiceName is null ? address : await AskSentinelAsync(address, endpoints.ServiceName, cancellationToken), cancellationToken);

    private async Task LogInAsync(RedisLink link, CancellationToken cancellationToken)
    {
        if (await AuthenticateAsync(link, cancellationToken) is { } refusal)
        {
            throw new RedisLinkException(refusal);
        }

        // The name is a courtesy to whoever looks at CLIENT LIST; a server that doesn't know the command is none the worse.
        await link.CallAsync(cancellationToken, "CLIENT", "SETNAME", ClientName());
        var answer = await link.CallAsync(cancellationToken, "PING");

        // A server that still loads its data takes subscriptions already.
        if (answer.Error is { } error && !error.StartsWith("LOADING", StringComparison.Ordinal))
        {
            throw new RedisLinkException(error);
        }

        link.ServerId = ServerId(await link.CallAsync(cancellationToken, "INFO", "server"));
    }

    // A proxy, or a server whose user may not ask, names none.
    private static string? ServerId(RedisReply reply) => reply is { Error: null, Values: [var lines] }
        ? lines.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line.StartsWith(ServerIdField, StringComparison.Ordinal))?[ServerIdField.Length..]
        : null;

    private async Task<string?> AuthenticateAsync(RedisLink link, CancellationToken cancellationToken)
    {
        if (endpoints.Password is null)
        {
            return null;
        }

        var reply = endpoints.User is null
            ? await link.CallAsync(cancellationToken, "AUTH", endpoints.Password)
            : await link.CallAsync(cancellationToken, "AUTH", endpoints.User, endpoints.Password);
        return reply.Error;
    }

    private async Task<EndPoint> AskSentinelAsync(EndPoint sentinel, string service, CancellationToken cancellationToken)
    {
        using var link = await RedisLink.ConnectAsync(sentinel, endpoints, cancellationToken);

        // The password is the master's; a Sentinel without one refuses it, and answers nevertheless.
        await AuthenticateAsync(link, cancellationToken);
        var reply = await link.CallAsync(cancellationToken, "SENTINEL", "get-master-addr-by-name", service);
        if (reply.Error is { } error)
        {
            throw new RedisLinkException(error);
        }

        if (reply.Values is not [var host, var portText] || !int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new RedisLinkException($"the Sentinel knows no master '{service}'");
        }

        return IPAddress.TryParse(host, out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port);
    }

    private string ClientName() => (endpoints.ClientName ?? $"sse-fabric@{Environment.MachineName}").Replace(' ', '-');
}
