using Orleans.Serialization.Cloning;

namespace SseFabric.Contracts.Clustering;

// The fabric's values never change, so a call within a silo passes them as they are. Without these Orleans would copy them through their surrogates.

[RegisterCopier]
internal sealed class CursorCopier : ShallowCopier<Cursor>;

[RegisterCopier]
internal sealed class AttachResultCopier : ShallowCopier<AttachResult>;

[RegisterCopier]
internal sealed class PublishResultCopier : ShallowCopier<PublishResult>;

[RegisterCopier]
internal sealed class NewEventCopier : ShallowCopier<NewEvent>;

[RegisterCopier]
internal sealed class EventBatchCopier : ShallowCopier<EventBatch>;

[RegisterCopier]
internal sealed class HistoryPageCopier : ShallowCopier<HistoryPage>;

[RegisterCopier]
internal sealed class PackedEventsCopier : ShallowCopier<PackedEvents>;
