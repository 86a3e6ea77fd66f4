using System.Globalization;
using System.Text;

namespace SseFabric.TestKit.Redis;

/// <summary>Reads replies of the Redis protocol from a stream.</summary>
internal sealed class RespStream(Stream stream)
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;

    public async Task<RespValue> ReadAsync()
    {
        var line = await LineAsync();
        var rest = line[1..];
        switch (line[0])
        {
            case ':':
                return new RespValue(':', null, Number(rest), null);
            case '$':
                var length = (int)Number(rest);
                return new RespValue('$', length < 0 ? null : await BulkAsync(length), 0, null);
            case '*' or '>' or '~':
                var count = Number(rest);
                var items = new List<RespValue>();
                for (var i = 0L; i < count; i++)
                {
                    items.Add(await ReadAsync());
                }

                return new RespValue(line[0], null, 0, count < 0 ? null : items);
            case '%':
                var pairs = Number(rest) * 2;
                var map = new List<RespValue>();
                for (var i = 0L; i < pairs; i++)
                {
                    map.Add(await ReadAsync());
                }

                return new RespValue('*', null, 0, map);
            default:
                return new RespValue(line[0], Encoding.UTF8.GetBytes(rest), 0, null);
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private async ValueTask<string> LineAsync()
    {
        var line = new List<byte>();
        while (true)
        {
            var next = _start < _end ? _buffer[_start++] : await FillAsync();
            if (next == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(next);
        }
    }

    private async ValueTask<byte[]> BulkAsync(int length)
    {
        var bytes = new byte[length + 2];
        var have = Math.Min(_end - _start, bytes.Length);
        Array.Copy(_buffer, _start, bytes, 0, have);
        _start += have;
        await stream.ReadExactlyAsync(bytes.AsMemory(have));
        return bytes[..length];
    }

    private async ValueTask<byte> FillAsync()
    {
        _start = 0;
        _end = await stream.ReadAsync(_buffer);
        return _end > 0 ? _buffer[_start++] : throw new EndOfStreamException("The Redis server closed the connection.");
    }
}
