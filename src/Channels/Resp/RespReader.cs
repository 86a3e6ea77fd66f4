namespace SseFabric.Channels.Resp;

/// <summary>Reads RESP2 and RESP3 values from bytes received so far. One thread.</summary>
/// <remarks>
/// Nothing is copied and nothing is allocated. A read that finds too few bytes moves nothing and is tried again with more: lengths let it jump over
/// what it has seen, so that costs next to nothing, and no half-read state has to be kept.
/// </remarks>
internal ref struct RespReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The bytes read so far. Set back to try again later.</summary>
    public int Position { get; set; }

    /// <summary>Steps over <paramref name="expected"/> if it comes next.</summary>
    public bool TrySkip(ReadOnlySpan<byte> expected)
    {
        if (!_bytes[Position..].StartsWith(expected))
        {
            return false;
        }

        Position += expected.Length;
        return true;
    }

    /// <summary>Reads a scalar, or the head of an aggregate.</summary>
    public RespStatus TryRead(out RespToken token)
    {
        token = default;
        if (Position == _bytes.Length)
        {
            return RespStatus.Incomplete;
        }

        switch (_bytes[Position])
        {
            case (byte)'$' or (byte)'=':
                return TryReadBulk(RespKind.Bulk, out token);
            case (byte)'!':
                return TryReadBulk(RespKind.Error, out token);
            case (byte)'*' or (byte)'~':
                return TryReadHead(RespKind.Array, out token);
            case (byte)'>':
                return TryReadHead(RespKind.Push, out token);
            case (byte)'%':
                return TryReadHead(RespKind.Map, out token);
            case (byte)'|':
                return TryReadHead(RespKind.Attribute, out token);
            case (byte)'+':
                return TryReadScalar(RespKind.SimpleString, out token);
            case (byte)'-':
                return TryReadScalar(RespKind.Error, out token);
            case (byte)'_':
                return TryReadScalar(RespKind.Null, out token);
            case (byte)'#' or (byte)',' or (byte)'(':
                return TryReadScalar(RespKind.Scalar, out token);
            case (byte)':':
                var status = TryReadLength(out var value);
                token = new RespToken(RespKind.Integer, default, value);
                return status;
            default:
                return RespStatus.Invalid;
        }
    }

    /// <summary>Steps over one whole value with all that it holds.</summary>
    public RespStatus TrySkipValue()
    {
        var start = Position;
        var elements = 0;
        var status = TrySkipValue(RespLimits.MaxDepth, ref elements);
        if (status != RespStatus.Complete)
        {
            Position = start;
        }

        return status;
    }

    /// <summary>Reads the head of a bulk string, which may be larger than anything that is to be held; its body comes next.</summary>
    public RespStatus TryReadBulkHead(out long length)
    {
        length = 0;
        if (Position == _bytes.Length)
        {
            return RespStatus.Incomplete;
        }

        var status = _bytes[Position] == '$' ? TryReadLength(out length) : RespStatus.Invalid;
        return length < 0 ? RespStatus.Invalid : status;
    }

    /// <summary>Reads the line <c>&lt;prefix&gt;&lt;number&gt;CRLF</c> whose prefix the caller has looked at.</summary>
    public RespStatus TryReadLength(out long value)
    {
        value = 0;
        var digits = _bytes[(Position + 1)..];
        var negative = digits.Length > 0 && digits[0] == '-';
        var i = negative ? 1 : 0;
        for (; i < digits.Length && (uint)(digits[i] - '0') <= 9; i++)
        {
            if (i == RespLimits.MaxLengthDigits - 1)
            {
                return RespStatus.Invalid;
            }

            value = unchecked((value * 10) + (digits[i] - '0'));
        }

        if (i == digits.Length)
        {
            return RespStatus.Incomplete;
        }

        if (digits[i] != '\r' || i == (negative ? 1 : 0) || value < 0)
        {
            return RespStatus.Invalid;
        }

        if (i + 1 == digits.Length)
        {
            return RespStatus.Incomplete;
        }

        if (digits[i + 1] != '\n')
        {
            return RespStatus.Invalid;
        }

        value = negative ? -value : value;
        Position += i + 3;
        return RespStatus.Complete;
    }

    /// <summary>Reads the <paramref name="length"/> bytes of a bulk string whose head has been read, and the end of line after them.</summary>
    public RespStatus TryReadBody(long length, out ReadOnlySpan<byte> body)
    {
        body = default;
        var rest = _bytes[Position..];
        if (rest.Length < length + 2)
        {
            return RespStatus.Incomplete;
        }

        if (rest[(int)length] != '\r' || rest[(int)length + 1] != '\n')
        {
            return RespStatus.Invalid;
        }

        body = rest[..(int)length];
        Position += (int)length + 2;
        return RespStatus.Complete;
    }

    private RespStatus TrySkipValue(int depth, ref int elements)
    {
        if (depth == 0 || ++elements > RespLimits.MaxElements)
        {
            return RespStatus.Invalid;
        }

        var status = TryRead(out var token);
        for (var left = token.Children; left > 0 && status == RespStatus.Complete; left--)
        {
            status = TrySkipValue(depth - 1, ref elements);
        }

        return status;
    }

    private RespStatus TryReadBulk(RespKind kind, out RespToken token)
    {
        token = default;
        var start = Position;
        var status = TryReadLength(out var length);
        if (status != RespStatus.Complete)
        {
            return status;
        }

        if (length is < -1 or > RespLimits.MaxBulkBytes)
        {
            return RespStatus.Invalid;
        }

        if (length == -1)
        {
            token = new RespToken(RespKind.Null, default, 0);
            return RespStatus.Complete;
        }

        status = TryReadBody(length, out var body);
        token = new RespToken(kind, body, length);
        Position = status == RespStatus.Complete ? Position : start;
        return status;
    }

    private RespStatus TryReadHead(RespKind kind, out RespToken token)
    {
        token = default;
        var start = Position;
        var status = TryReadLength(out var count);
        if (status != RespStatus.Complete)
        {
            return status;
        }

        if (count is < -1 or > RespLimits.MaxElements)
        {
            Position = start;
            return RespStatus.Invalid;
        }

        token = count == -1 ? new RespToken(RespKind.Null, default, 0) : new RespToken(kind, default, count);
        return RespStatus.Complete;
    }

    private RespStatus TryReadScalar(RespKind kind, out RespToken token)
    {
        token = default;
        var rest = _bytes[(Position + 1)..];
        var end = rest.IndexOf((byte)'\r');
        if ((end < 0 ? rest.Length : end) > RespLimits.MaxLineBytes)
        {
            return RespStatus.Invalid;
        }

        if (end < 0 || end + 1 == rest.Length)
        {
            return RespStatus.Incomplete;
        }

        if (rest[end + 1] != '\n')
        {
            return RespStatus.Invalid;
        }

        token = new RespToken(kind, rest[..end], 0);
        Position += end + 3;
        return RespStatus.Complete;
    }
}
