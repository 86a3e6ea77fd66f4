namespace SseFabric.Contracts.Clustering;

[RegisterConverter]
internal sealed class CursorConverter : IConverter<Cursor, CursorSurrogate>
{
    public Cursor ConvertFromSurrogate(in CursorSurrogate surrogate) => new(surrogate.Epoch, surrogate.Offset);

    public CursorSurrogate ConvertToSurrogate(in Cursor value) => new() { Epoch = value.Epoch, Offset = value.Offset };
}

[RegisterConverter]
internal sealed class AttachResultConverter : IConverter<AttachResult, AttachResultSurrogate>
{
    public AttachResult ConvertFromSurrogate(in AttachResultSurrogate surrogate) => new((AttachOutcome)surrogate.Outcome, surrogate.Head);

    public AttachResultSurrogate ConvertToSurrogate(in AttachResult value) => new() { Outcome = (int)value.Outcome, Head = value.Head };
}

[RegisterConverter]
internal sealed class PublishResultConverter : IConverter<PublishResult, PublishResultSurrogate>
{
    public PublishResult ConvertFromSurrogate(in PublishResultSurrogate surrogate) =>
        new((PublishOutcome)surrogate.Outcome, surrogate.Last, surrogate.Subscribers, surrogate.IsRepeat, surrogate.Number);

    public PublishResultSurrogate ConvertToSurrogate(in PublishResult value) =>
        new() { Outcome = (int)value.Outcome, Last = value.Last, Subscribers = value.Subscribers, IsRepeat = value.IsRepeat, Number = value.Number };
}

[RegisterConverter]
internal sealed class NewEventConverter : IConverter<NewEvent, NewEventSurrogate>
{
    public NewEvent ConvertFromSurrogate(in NewEventSurrogate surrogate) =>
        new(surrogate.Type ?? NewEvent.DefaultType, surrogate.Data) { Retry = surrogate.Retry, Rejected = surrogate.Rejected, IsFrame = surrogate.IsFrame };

    public NewEventSurrogate ConvertToSurrogate(in NewEvent value) => new()
    {
        Type = value.Type == NewEvent.DefaultType ? null : value.Type,
        Data = value.Data,
        Retry = value.Retry,
        Rejected = value.Rejected,
        IsFrame = value.IsFrame,
    };
}

[RegisterConverter]
internal sealed class EventBatchConverter : IConverter<EventBatch, EventBatchSurrogate>
{
    public EventBatch ConvertFromSurrogate(in EventBatchSurrogate surrogate) =>
        new(ChannelName.Parse(surrogate.Channel), surrogate.Events.Events, surrogate.Head, (SourceState)surrogate.Source);

    public EventBatchSurrogate ConvertToSurrogate(in EventBatch value) =>
        new() { Channel = value.Channel.Value, Events = new PackedEvents(value.Events), Head = value.Head, Source = (int)value.Source };
}

[RegisterConverter]
internal sealed class HistoryPageConverter : IConverter<HistoryPage, HistoryPageSurrogate>
{
    public HistoryPage ConvertFromSurrogate(in HistoryPageSurrogate surrogate) =>
        new((ResumeOutcome)surrogate.Outcome, surrogate.Events.Events, surrogate.Head, surrogate.TrimmedThrough, surrogate.ClosedEpochs);

    public HistoryPageSurrogate ConvertToSurrogate(in HistoryPage value) => new()
    {
        Outcome = (int)value.Outcome,
        Events = new PackedEvents(value.Events),
        Head = value.Head,
        TrimmedThrough = value.TrimmedThrough,
        ClosedEpochs = [.. value.ClosedEpochs],
    };
}
