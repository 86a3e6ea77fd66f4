namespace SseFabric.TestKit.Http;

/// <summary>Takes off HTTP/1.1's chunked coding, in whatever pieces it comes (RFC 9112, 7.1).</summary>
public sealed class ChunkDecoder
{
    private State _state;
    private long _left;
    private bool _hasDigit;
    private bool _trailerLine;

    private enum State
    {
        Size,
        SizeRest,
        Data,
        DataEnd,
        Trailer,
        Done,
    }

    /// <summary>Whether the last chunk and its trailers have been read.</summary>
    public bool IsDone => _state == State.Done;

    public void Decode(ReadOnlySpan<byte> wire, IByteTarget body)
    {
        while (!wire.IsEmpty)
        {
            if (_state == State.Data)
            {
                var length = (int)Math.Min(_left, wire.Length);
                body.Append(wire[..length]);
                wire = wire[length..];
                _left -= length;
                _state = _left == 0 ? State.DataEnd : State.Data;
                continue;
            }

            Step(wire[0]);
            wire = wire[1..];
        }
    }

    private void Step(byte next)
    {
        switch (_state)
        {
            case State.Size when char.IsAsciiHexDigit((char)next):
                _left = checked((_left * 16) + Convert.ToInt32(((char)next).ToString(), 16));
                _hasDigit = true;
                break;
            case State.Size when !_hasDigit:
                throw new InvalidDataException($"A chunk size was expected, byte 0x{next:X2} came.");
            case State.Size or State.SizeRest:
                _state = next == '\n' ? AfterSize() : State.SizeRest;
                break;
            case State.DataEnd when next == '\n':
                _state = State.Size;
                break;
            case State.DataEnd when next != '\r':
                throw new InvalidDataException($"The end of a chunk was expected, byte 0x{next:X2} came.");
            case State.Trailer when next == '\n':
                _state = _trailerLine ? State.Trailer : State.Done;
                _trailerLine = false;
                break;
            case State.Trailer when next != '\r':
                _trailerLine = true;
                break;
            case State.Done:
                throw new InvalidDataException("Bytes came after the last chunk.");
            default:
                break;
        }
    }

    private State AfterSize()
    {
        _hasDigit = false;
        return _left == 0 ? State.Trailer : State.Data;
    }
}
