using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;

namespace SseFabric.Unit.Feeds;

/// <summary>Holds what it is given against the ledger: every event once, in order, and every loss told where it lies.</summary>
internal sealed class SpliceSubscriber(Dictionary<Cursor, PublishedEvent> ledger, Func<Cursor> trimmedThrough, Cursor? position)
{
    private Cursor? _position = position;

    public void Give(FeedItem item)
    {
        if (item.Event is { } published)
        {
            Assert.True(_position is { } before && published.Cursor.Follows(before), $"{published.Cursor} came after {_position}, and no gap was told.");
            Assert.Same(ledger[published.Cursor], published);
            Assert.False(published.Event.Rejected, $"{published.Cursor} was refused.");
        }
        else if (item.Gap == GapReason.Rejected)
        {
            Assert.True(_position is { } before && item.Position.Follows(before), $"The refused {item.Position} came after {_position}.");
            Assert.True(ledger[item.Position].Event.Rejected, $"{item.Position} was not refused.");
        }
        else
        {
            VerifyGap(item);
        }

        _position = item.Position;
    }

    public void VerifyEnd(Cursor head) => Assert.Equal(head, _position);

    private void VerifyGap(FeedItem gap)
    {
        if (_position is not { } before)
        {
            Assert.Equal(GapReason.Unknown, gap.Gap);
            return;
        }

        Assert.True(gap.Position > before, $"A gap ({gap.Gap}) from {before} back to {gap.Position}.");
        if (gap.Position.Epoch == before.Epoch)
        {
            Assert.Equal(GapReason.Evicted, gap.Gap);
            Assert.True(gap.Position <= trimmedThrough(), $"A gap from {before} to {gap.Position}, and only {trimmedThrough()} was trimmed.");
        }
        else
        {
            Assert.True(gap.Gap is GapReason.Epoch or GapReason.Evicted, $"A gap ({gap.Gap}) from {before} to {gap.Position}.");
        }
    }
}
