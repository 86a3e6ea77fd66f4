using SseFabric.Contracts;

namespace SseFabric.Client.Recording;

/// <summary>A publisher for an application's tests: it keeps what is published, and nothing leaves the process. Any thread.</summary>
/// <remarks>
/// It answers like a fabric: ids count up, types are checked, an idempotency key is honoured. Before <see cref="StartRecording(Func{RecordedEvent, bool})"/> it accepts and forgets, so
/// that what an application publishes while it starts is in nobody's way. Instances know nothing of each other. What is kept is bounded by the test alone.
/// </remarks>
public sealed class RecordingPublisher : IChannelPublisher
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelName, long> _offsets = [];
    private readonly Dictionary<(ChannelName, string), PublishAnswer> _answers = [];
    private List<RecordedEvent>? _published;
    private Func<RecordedEvent, bool> _keeps = _ => true;

    /// <summary>The answer that every publish gets, nothing being recorded, so that a test sees its application meet a failure. Default null: what is
    /// published is accepted.</summary>
    public PublishAnswer? AnswerWith { get; set; }

    /// <summary>The largest event that is accepted, in bytes. Default 8388608, as of a channel.</summary>
    public int MaxEventBytes { get; set; } = 8 << 20;

    /// <summary>What has been published since recording was started and passes the filter, in order. A copy.</summary>
    /// <exception cref="InvalidOperationException">Recording has not been started.</exception>
    public IReadOnlyList<RecordedEvent> Published
    {
        get
        {
            lock (_lock)
            {
                return _published is null
                    ? throw new InvalidOperationException($"Nothing is recorded yet: call {nameof(StartRecording)}() before what is under test publishes.")
                    : [.. _published];
            }
        }
    }

    /// <summary>Begins with an empty record, again if there is one.</summary>
    /// <param name="filter">Which events are kept; null (the default): all.</param>
    public void StartRecording(Func<RecordedEvent, bool>? filter = null)
    {
        lock (_lock)
        {
            _keeps = filter ?? (_ => true);
            _published = [];
            _answers.Clear();
        }
    }

    /// <summary>Begins with an empty record, of events of these types only.</summary>
    public void StartRecordingTypes(params string[] types) => StartRecording(recorded => types.Contains(recorded.Type, StringComparer.Ordinal));

    /// <inheritdoc/>
    public ValueTask<PublishAnswer> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(PublishRequest.Refusal(channel, events, idempotencyKey) ?? AnswerWith ?? Record(channel, events, idempotencyKey));
    }

    private PublishAnswer Record(ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey)
    {
        if (events.FirstOrDefault(offered => offered.Data.Length > MaxEventBytes) is { } tooLarge)
        {
            return PublishAnswer.Refused(PublishOutcome.TooLarge, $"The event has {tooLarge.Data.Length} bytes; MaxEventBytes is {MaxEventBytes}.");
        }

        lock (_lock)
        {
            if (idempotencyKey is not null && _answers.TryGetValue((channel, idempotencyKey), out var first))
            {
                return first with { IsRepeat = true };
            }

            var offset = _offsets.GetValueOrDefault(channel) + events.Count;
            _offsets[channel] = offset;
            _published?.AddRange(events
                .Select(offered => new RecordedEvent(channel, offered.Type, offered.Data.ToArray()) { Retry = offered.Retry })
                .Where(_keeps));
            var answer = PublishAnswer.Accepted(new Cursor(1, offset).ToString(), subscribers: 0);
            if (idempotencyKey is not null)
            {
                _answers[(channel, idempotencyKey)] = answer;
            }

            return answer;
        }
    }
}
