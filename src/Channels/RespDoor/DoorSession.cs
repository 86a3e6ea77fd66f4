using System.Security.Cryptography;
using System.Text;
using SseFabric.Channels.Resp;

namespace SseFabric.Channels.RespDoor;

/// <summary>What one client has said of itself, and its replies. One thread.</summary>
internal sealed class DoorSession
{
    private readonly byte[]? _password;

    public DoorSession(long id, string address, string? password, RespCommandReader reader, DoorServer server)
    {
        (Id, Address, Reader, Server) = (id, address, reader, server);
        _password = string.IsNullOrEmpty(password) ? null : Digest(Encoding.UTF8.GetBytes(password));
        Reader.IsAuthenticated = _password is null;
    }

    public long Id { get; }

    public string Address { get; }

    public DoorServer Server { get; }

    public RespCommandReader Reader { get; }

    public RespWriter Replies { get; } = new();

    public string Name { get; set; } = "";

    public DoorTransaction? Transaction { get; set; }

    /// <summary>Set by QUIT: the connection ends once the replies are out.</summary>
    public bool IsEnding { get; set; }

    public bool NeedsPassword => _password is not null;

    public bool IsAuthenticated => Reader.IsAuthenticated;

    /// <summary>Logs in. Takes as long whatever is wrong.</summary>
    public bool TryLogIn(ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        var isUser = user.SequenceEqual("default"u8);
        var isPassword = _password is null || CryptographicOperations.FixedTimeEquals(_password, Digest(password));
        Reader.IsAuthenticated |= isUser & isPassword;
        return isUser & isPassword;
    }

    /// <summary>Back to how the connection began.</summary>
    public void Reset()
    {
        Name = "";
        Transaction = null;
        Replies.Resp3 = false;
        Reader.IsAuthenticated = _password is null;
    }

    // Of equal length, so that the comparison doesn't tell the password's.
    private static byte[] Digest(ReadOnlySpan<byte> password) => SHA256.HashData(password);
}
