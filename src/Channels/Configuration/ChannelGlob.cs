namespace SseFabric.Channels.Configuration;

/// <summary>Globs over channel names: <c>*</c> is any characters, <c>?</c> one, everything else stands for itself. Pure.</summary>
public static class ChannelGlob
{
    /// <summary>Whether a name fits.</summary>
    public static bool Fits(ReadOnlySpan<char> glob, ReadOnlySpan<char> name)
    {
        // The framework's matcher of file names takes a backslash as an escape, which in a channel's name is an ordinary character.
        var (star, retry) = (-1, 0);
        var (g, n) = (0, 0);
        while (n < name.Length)
        {
            if (g < glob.Length && glob[g] == '*')
            {
                (star, retry) = (g++, n);
            }
            else if (g < glob.Length && (glob[g] == '?' || glob[g] == name[n]))
            {
                (g, n) = (g + 1, n + 1);
            }
            else if (star >= 0)
            {
                // The last star takes one character more; an earlier one never needs to.
                (g, n) = (star + 1, ++retry);
            }
            else
            {
                return false;
            }
        }

        return !glob[g..].ContainsAnyExcept('*');
    }

    /// <summary>Whether there is a name that fits both.</summary>
    public static bool Overlap(string left, string right) => Reach(left, right, static (reached, l, r) =>
        l == '*' || r == '*' ? reached.SkipLeft || reached.SkipRight : reached.Both && (l == '?' || r == '?' || l == r));

    /// <summary>Whether every name that fits <paramref name="inner"/> fits <paramref name="outer"/>. May say no where two stars or marks stand in other orders.</summary>
    public static bool Covers(string outer, string inner) => Reach(outer, inner, static (reached, o, i) =>
        o == '*' ? reached.SkipLeft || reached.SkipRight : i != '*' && reached.Both && (o == '?' || o == i));

    // From the ends to the beginnings: what holds for the rests tells what holds here.
    private static bool Reach(string left, string right, Func<(bool SkipLeft, bool SkipRight, bool Both), char, char, bool> holds)
    {
        var below = new bool[right.Length + 1];
        for (var l = left.Length; l >= 0; l--)
        {
            var row = new bool[right.Length + 1];
            for (var r = right.Length; r >= 0; r--)
            {
                row[r] = (l == left.Length, r == right.Length) switch
                {
                    (true, true) => true,
                    (true, false) => holds((false, row[r + 1], false), '\0', right[r]),
                    (false, true) => holds((below[r], false, false), left[l], '\0'),
                    _ => holds((below[r], row[r + 1], below[r + 1]), left[l], right[r]),
                };
            }

            below = row;
        }

        return below[0];
    }
}
