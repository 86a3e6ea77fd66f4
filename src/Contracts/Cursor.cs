using System.Globalization;

namespace SseFabric.Contracts;

/// <summary>A position in a channel: just after event <see cref="Offset"/> of the numbering <see cref="Epoch"/>.</summary>
/// <remarks>
/// Offsets are consecutive within an epoch and begin at 1; offset 0 is the position before an epoch's first event. An epoch is one unbroken
/// numbering. An offset without its epoch lies: after the owner of a channel died, a new owner numbers from 1 again, and "7" would then name
/// another event than the one the subscriber has seen. Epochs of a channel only grow.
/// <example><c>1764000000000-3</c>: three events of that epoch have been seen; the next one is <c>1764000000000-4</c>.</example>
/// </remarks>
/// <param name="Epoch">The numbering: Unix milliseconds of its beginning, or one more than the epoch before if the clock stood still. Never negative.</param>
/// <param name="Offset">How many events of the epoch lie before this position. Never negative.</param>
public readonly record struct Cursor(long Epoch, long Offset) : IComparable<Cursor>
{
    /// <summary>Whether this is the position straight after <paramref name="other"/> in the same numbering.</summary>
    public bool Follows(Cursor other) => Epoch == other.Epoch && Offset == other.Offset + 1;

    /// <summary>By epoch, then by offset.</summary>
    public int CompareTo(Cursor other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Offset.CompareTo(other.Offset);

    /// <summary>Whether <paramref name="left"/> lies before <paramref name="right"/>.</summary>
    public static bool operator <(Cursor left, Cursor right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> lies after <paramref name="right"/>.</summary>
    public static bool operator >(Cursor left, Cursor right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> lies before <paramref name="right"/> or is the same.</summary>
    public static bool operator <=(Cursor left, Cursor right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> lies after <paramref name="right"/> or is the same.</summary>
    public static bool operator >=(Cursor left, Cursor right) => left.CompareTo(right) >= 0;

    /// <summary>Reads <c>epoch-offset</c>, both decimal, as <see cref="ToString"/> writes it; nothing else is taken.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Cursor cursor)
    {
        cursor = default;
        var dash = text.IndexOf('-');
        if (dash <= 0
            || text[..dash].ContainsAnyExceptInRange('0', '9')
            || text[(dash + 1)..].ContainsAnyExceptInRange('0', '9')
            || !long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return false;
        }

        cursor = new Cursor(epoch, offset);
        return true;
    }

    /// <summary><c>epoch-offset</c>, both decimal: also the form of an entry id in Redis Streams.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Offset}");
}
