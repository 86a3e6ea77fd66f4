using System.Globalization;
using System.Text;

namespace SseFabric.Channels.Resp;

/// <summary>Splits an inline command as Redis does: by spaces, with <c>"…"</c> (escapes) and <c>'…'</c> (none but <c>\'</c>).</summary>
internal static class InlineArguments
{
    /// <param name="line">Each character stands for one byte.</param>
    /// <param name="command">Takes the arguments.</param>
    /// <returns>False if quotes are not closed, or closed in the middle of a word, or there are too many arguments.</returns>
    public static bool TrySplit(string line, RespCommand command)
    {
        var i = 0;
        while (true)
        {
            while (i < line.Length && IsSpace(line[i]))
            {
                i++;
            }

            if (i == line.Length)
            {
                return true;
            }

            if (command.Count == RespLimits.MaxArguments || !TryTake(line, ref i, out var argument))
            {
                return false;
            }

            command.Add(Encoding.Latin1.GetBytes(argument));
        }
    }

    private static bool TryTake(string line, ref int i, out string argument)
    {
        var taken = new StringBuilder();
        argument = "";
        while (i < line.Length && !IsSpace(line[i]))
        {
            if (line[i] is '"' or '\'')
            {
                if (!TryTakeQuoted(line, ref i, taken) || (i < line.Length && !IsSpace(line[i])))
                {
                    return false;
                }

                break;
            }

            taken.Append(line[i++]);
        }

        argument = taken.ToString();
        return true;
    }

    // Of the bytes, not of the characters: a byte of UTF-8 may look like a no-break space.
    private static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');

    private static bool TryTakeQuoted(string line, ref int i, StringBuilder taken)
    {
        var quote = line[i++];
        while (i < line.Length && line[i] != quote)
        {
            if (line[i] == '\\' && i + 1 < line.Length && (quote == '"' || line[i + 1] == '\''))
            {
                i++;
                taken.Append(quote == '"' ? Unescape(line, ref i) : line[i]);
            }
            else
            {
                taken.Append(line[i]);
            }

            i++;
        }

        return i++ < line.Length;
    }

    private static char Unescape(string line, ref int i)
    {
        if (line[i] == 'x' && byte.TryParse(line.AsSpan(i + 1, Math.Min(2, line.Length - i - 1)), NumberStyles.AllowHexSpecifier, null, out var value)
            && i + 2 < line.Length)
        {
            i += 2;
            return (char)value;
        }

        return line[i] switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\b',
            'a' => '\a',
            var c => c,
        };
    }
}
