using System.Text;

namespace SseFabric.TestKit.Delivery;

/// <summary>What one subscriber got of one channel. One thread at a time.</summary>
internal sealed class LedgerFeed(string subscriber, string channel, long published)
{
    private const int MostFaults = 100;
    private readonly List<LedgerFault> _faults = [];
    private readonly List<Hole> _holes = [];
    private readonly HashSet<long> _late = [];
    private readonly List<Hole> _needlessTells = [];
    private string? _told;

    public string Channel => channel;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(channel);

    /// <summary>The sequence that should come next.</summary>
    public long Next { get; private set; } = published + 1;

    public long Arrived { get; private set; }

    public long Told { get; private set; }

    public void Arrive(long sequence, long publishedSoFar)
    {
        Arrived++;
        if (sequence > publishedSoFar || sequence <= published)
        {
            Fault(FaultKind.Foreign, $"{sequence} came, {(sequence > publishedSoFar ? "which was never published" : "published before it joined")}");
            return;
        }

        if (sequence < Next)
        {
            TakeOld(sequence);
            return;
        }

        if (sequence > Next)
        {
            _holes.Add(new Hole(Next, sequence - 1, _told));
        }
        else if (_told is not null)
        {
            _needlessTells.Add(new Hole(Next, Next - 1, _told));
        }

        _told = null;
        Next = sequence + 1;
    }

    public void Tell(string reason)
    {
        Told++;
        _told = _told is null || _told == reason ? reason : $"{_told} and {reason}";
    }

    public void Fault(FaultKind kind, string text)
    {
        if (_faults.Count < MostFaults)
        {
            _faults.Add(new LedgerFault(kind, subscriber, channel, text));
        }
    }

    /// <summary>All faults if this was the end; <paramref name="lost"/> counts what never came, allowed or not.</summary>
    public IEnumerable<LedgerFault> Verify(long publishedSoFar, IReadOnlyList<LossWindow> windows, out long lost)
    {
        var faults = new List<LedgerFault>(_faults);
        var holes = new List<Hole>(_holes);
        if (Next <= publishedSoFar)
        {
            holes.Add(new Hole(Next, publishedSoFar, _told));
        }
        else if (_told is not null)
        {
            AddNeedless(new Hole(Next, Next - 1, _told));
        }

        _needlessTells.ForEach(AddNeedless);
        lost = 0;
        foreach (var hole in holes)
        {
            var missing = hole.Sequences.Where(sequence => !_late.Contains(sequence)).ToList();
            lost += missing.Count;
            var forbidden = missing.Where(sequence => !windows.Any(window => window.AllowsLoss(channel, sequence))).ToList();
            if (forbidden.Count > 0)
            {
                faults.Add(New(FaultKind.Loss, $"{Ranges(forbidden)} never came {hole.Position(publishedSoFar)}, {hole.Telling}"));
            }
            else if (missing.Count > 0 && hole.Reason is null)
            {
                faults.Add(New(FaultKind.UntoldLoss, $"{Ranges(missing)} never came {hole.Position(publishedSoFar)}, and it was not told there"));
            }
        }

        return faults;

        LedgerFault New(FaultKind kind, string text) => new(kind, subscriber, channel, text);

        void AddNeedless(Hole tell)
        {
            if (!windows.Any(window => window.AllowsTelling(channel, tell.Last)))
            {
                faults.Add(New(FaultKind.UnexplainedGap, $"a gap ({tell.Reason}) was told after {tell.Last}, where nothing is missing"));
            }
        }
    }

    private static string Ranges(List<long> sequences)
    {
        var text = new StringBuilder();
        for (var i = 0; i < sequences.Count; i++)
        {
            var first = sequences[i];
            while (i + 1 < sequences.Count && sequences[i + 1] == sequences[i] + 1)
            {
                i++;
            }

            text.Append(text.Length == 0 ? "" : ", ").Append(first == sequences[i] ? $"{first}" : $"{first}..{sequences[i]}");
        }

        return text.Append(sequences.Count > 1 ? $" ({sequences.Count} events)" : "").ToString();
    }

    private void TakeOld(long sequence)
    {
        if (_holes.Any(hole => sequence >= hole.First && sequence <= hole.Last) && _late.Add(sequence))
        {
            Fault(FaultKind.Disorder, $"{sequence} came after {Next - 1}");
        }
        else
        {
            Fault(FaultKind.Repeat, $"{sequence} came again, after {Next - 1}");
        }
    }

    private readonly record struct Hole(long First, long Last, string? Reason)
    {
        public IEnumerable<long> Sequences
        {
            get
            {
                for (var sequence = First; sequence <= Last; sequence++)
                {
                    yield return sequence;
                }
            }
        }

        public string Telling => Reason is null ? "not told" : $"told as {Reason}";

        public string Position(long published) => Last == published ? $"after {First - 1}" : $"between {First - 1} and {Last + 1}";
    }
}
