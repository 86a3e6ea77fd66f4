using System.Text;

namespace SseFabric.Channels.Resp;

/// <summary>Reads the commands that a client sends, as arrays of bulk strings or as inline commands. One thread.</summary>
/// <remarks>
/// An argument that is larger than allowed is read past without being kept, and so is the rest of its command: the connection survives. Faults are
/// worded as Redis words them. A command that is incomplete is read again from its beginning, which its limits keep cheap.
/// </remarks>
/// <param name="maxArgumentBytes">How large the argument that comes next may be, by what has been read of its command.</param>
internal sealed class RespCommandReader(Func<RespCommand, int> maxArgumentBytes)
{
    private const string BadCount = "invalid multibulk length";
    private const string BadLength = "invalid bulk length";

    private long _skipBytes;
    private long _skipArguments;

    /// <summary>What is wrong with the bytes, after <see cref="RespStatus.Invalid"/>.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>The declared size of the argument that is too large, after <see cref="RespStatus.Oversized"/>.</summary>
    public long OversizedBytes { get; private set; }

    /// <summary>Whether the client has logged in; before, it is not trusted with much.</summary>
    public bool IsAuthenticated { get; set; }

    /// <summary>Reads one command.</summary>
    /// <param name="input">What has been received.</param>
    /// <param name="command">Takes the arguments. No arguments: an empty command, which Redis lets pass in silence.</param>
    /// <param name="consumed">How many bytes are done with, whatever the result.</param>
    public RespStatus TryRead(ReadOnlyMemory<byte> input, RespCommand command, out int consumed)
    {
        consumed = 0;
        if (_skipBytes > 0 || _skipArguments > 0)
        {
            return Skip(input.Span, out consumed);
        }

        command.Clear();
        if (input.IsEmpty)
        {
            return RespStatus.Incomplete;
        }

        return input.Span[0] == '*' ? ReadArray(input, command, out consumed) : ReadLine(input, command, out consumed);
    }

    private RespStatus ReadArray(ReadOnlyMemory<byte> input, RespCommand command, out int consumed)
    {
        consumed = 0;
        var reader = new RespReader(input.Span);
        var status = reader.TryReadLength(out var count);
        if (status != RespStatus.Complete)
        {
            return Faulty(status, BadCount);
        }

        if (count > RespLimits.MaxArguments || (!IsAuthenticated && count > RespLimits.MaxUnauthenticatedArguments))
        {
            return Faulty(RespStatus.Invalid, count > RespLimits.MaxArguments ? BadCount : "unauthenticated multibulk length");
        }

        for (var left = count; left > 0; left--)
        {
            status = ReadArgument(ref reader, input, command, left, out consumed);
            if (status != RespStatus.Complete)
            {
                return status;
            }
        }

        consumed = reader.Position;
        return RespStatus.Complete;
    }

    private RespStatus ReadArgument(ref RespReader reader, ReadOnlyMemory<byte> input, RespCommand command, long left, out int consumed)
    {
        consumed = 0;
        var next = input.Span[reader.Position..];
        if (next.Length > 0 && next[0] != '$')
        {
            return Faulty(RespStatus.Invalid, $"expected '$', got '{(char)Math.Clamp(next[0], (byte)' ', (byte)'~')}'");
        }

        var status = reader.TryReadBulkHead(out var length);
        if (status != RespStatus.Complete)
        {
            return Faulty(status, BadLength);
        }

        if (length > RespLimits.MaxBulkBytes || (!IsAuthenticated && length > RespLimits.MaxUnauthenticatedBytes))
        {
            return Faulty(RespStatus.Invalid, length > RespLimits.MaxBulkBytes ? BadLength : "unauthenticated bulk length");
        }

        // The sum matters as well: a thousand arguments that are each small enough are not.
        if (length > maxArgumentBytes(command) || reader.Position + length > MaxCommandBytes(command))
        {
            (_skipBytes, _skipArguments, OversizedBytes, consumed) = (length + 2, left - 1, length, reader.Position);
            return RespStatus.Oversized;
        }

        var start = reader.Position;
        status = reader.TryReadBody(length, out _);
        if (status != RespStatus.Complete)
        {
            return Faulty(status, "expected the end of a bulk string");
        }

        command.Add(input.Slice(start, (int)length));
        return status;
    }

    private long MaxCommandBytes(RespCommand command) => maxArgumentBytes(command) + (4L * RespLimits.MaxArgumentBytes);

    private RespStatus Skip(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = (int)Math.Min(_skipBytes, input.Length);
        _skipBytes -= consumed;
        while (_skipBytes == 0 && _skipArguments > 0)
        {
            var reader = new RespReader(input[consumed..]);
            var status = reader.TryReadBulkHead(out var length);
            if (status != RespStatus.Complete || length > RespLimits.MaxBulkBytes)
            {
                return Faulty(status == RespStatus.Complete ? RespStatus.Invalid : status, BadLength);
            }

            _skipArguments--;
            consumed += reader.Position;
            var skipped = (int)Math.Min(length + 2, input.Length - consumed);
            consumed += skipped;
            _skipBytes = length + 2 - skipped;
        }

        return _skipBytes == 0 ? RespStatus.Skipped : RespStatus.Incomplete;
    }

    private RespStatus ReadLine(ReadOnlyMemory<byte> input, RespCommand command, out int consumed)
    {
        consumed = 0;
        var end = input.Span.IndexOf((byte)'\n');
        if ((end < 0 ? input.Length : end) > RespLimits.MaxLineBytes)
        {
            return Faulty(RespStatus.Invalid, "too big inline request");
        }

        if (end < 0)
        {
            return RespStatus.Incomplete;
        }

        consumed = end + 1;
        var line = Encoding.Latin1.GetString(input.Span[..end]).TrimEnd('\r');
        return InlineArguments.TrySplit(line, command) ? RespStatus.Complete : Faulty(RespStatus.Invalid, "unbalanced quotes in request");
    }

    private RespStatus Faulty(RespStatus status, string fault)
    {
        Fault = fault;
        return status;
    }
}
