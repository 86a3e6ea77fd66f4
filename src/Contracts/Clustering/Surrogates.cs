namespace SseFabric.Contracts.Clustering;

// What the values of the fabric are on the wire. An id is never given another meaning, nor used again.

[GenerateSerializer, Immutable, Alias("SseFabric.Cursor")]
internal struct CursorSurrogate
{
    [Id(0)]
    public long Epoch;

    [Id(1)]
    public long Offset;
}

[GenerateSerializer, Immutable, Alias("SseFabric.AttachResult")]
internal struct AttachResultSurrogate
{
    [Id(0)]
    public int Outcome;

    [Id(1)]
    public Cursor Head;
}

[GenerateSerializer, Immutable, Alias("SseFabric.PublishResult")]
internal struct PublishResultSurrogate
{
    [Id(0)]
    public int Outcome;

    [Id(1)]
    public Cursor Last;

    [Id(2)]
    public int Subscribers;

    [Id(3)]
    public bool IsRepeat;

    [Id(4)]
    public long? Number;
}

[GenerateSerializer, Immutable, Alias("SseFabric.NewEvent")]
internal struct NewEventSurrogate
{
    [Id(0)]
    public string? Type;

    [Id(1)]
    public ReadOnlyMemory<byte> Data;

    [Id(2)]
    public TimeSpan? Retry;

    [Id(3)]
    public bool Rejected;

    [Id(4)]
    public bool IsFrame;
}

[GenerateSerializer, Immutable, Alias("SseFabric.EventBatch")]
internal struct EventBatchSurrogate
{
    [Id(0)]
    public string Channel;

    [Id(1)]
    public PackedEvents Events;

    [Id(2)]
    public Cursor Head;

    [Id(3)]
    public int Source;
}

[GenerateSerializer, Immutable, Alias("SseFabric.HistoryPage")]
internal struct HistoryPageSurrogate
{
    [Id(0)]
    public int Outcome;

    [Id(1)]
    public PackedEvents Events;

    [Id(2)]
    public Cursor Head;

    [Id(3)]
    public Cursor TrimmedThrough;

    [Id(4)]
    public Cursor[] ClosedEpochs;
}
