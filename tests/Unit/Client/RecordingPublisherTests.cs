using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SseFabric.Client;
using SseFabric.Client.Hosting;
using SseFabric.Client.Recording;
using SseFabric.Contracts;

namespace SseFabric.Unit.Client;

public sealed class RecordingPublisherTests
{
    private readonly RecordingPublisher _publisher = new();

    [Fact]
    [Trait("Parity", "106")]
    public async Task Published_ListsChannelTypeAndDataInOrder()
    {
        _publisher.StartRecording();

        await PublishAsync("a", "1");
        await PublishAsync("b", "2", "price");
        await _publisher.PublishJsonAsync("a", new { Number = 3 }, "price", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            ["a message 1", "b price 2", "a price {\"number\":3}"],
            _publisher.Published.Select(recorded => $"{recorded.Channel} {recorded.Type} {recorded.Text}"));
    }

    [Fact]
    [Trait("Parity", "108")]
    public void Published_BeforeRecording_ThrowsAndNamesTheMethod()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => _publisher.Published);

        Assert.Contains("StartRecording()", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_BeforeRecording_IsAcceptedAndForgotten()
    {
        Assert.True((await PublishAsync("a", "1")).IsAccepted);

        _publisher.StartRecording();

        Assert.Empty(_publisher.Published);
    }

    [Fact]
    [Trait("Parity", "106")]
    public async Task StartRecording_Again_BeginsWithAnEmptyRecord()
    {
        _publisher.StartRecordingTypes("price");
        await PublishAsync("a", "1", "price");

        _publisher.StartRecording();
        await PublishAsync("a", "2");

        Assert.Equal(["2"], Texts());
    }

    [Fact]
    [Trait("Parity", "107")]
    public async Task StartRecordingTypes_KeepsThoseOnly()
    {
        _publisher.StartRecordingTypes("price", "volume");

        await PublishAsync("a", "1");
        await PublishAsync("a", "2", "price");
        await PublishAsync("a", "3", "volume");

        Assert.Equal(["2", "3"], Texts());
    }

    [Fact]
    [Trait("Parity", "107")]
    public async Task StartRecording_WithAPredicate_KeepsWhatItMatches()
    {
        _publisher.StartRecording(recorded => recorded.Channel.Value == "a" && recorded.Text != "1");

        await PublishAsync("a", "1");
        await PublishAsync("b", "2");
        await PublishAsync("a", "3");

        Assert.Equal(["3"], Texts());
    }

    [Fact]
    public async Task Published_IsACopy()
    {
        _publisher.StartRecording();
        var before = _publisher.Published;

        await PublishAsync("a", "1");

        Assert.Empty(before);
    }

    [Fact]
    [Trait("Parity", "109")]
    public async Task RecordedEvent_ReadsItsDataAsJson()
    {
        _publisher.StartRecording();
        await PublishAsync("a", """{"name":"x","price":42.5}""");
        await PublishAsync("a", "no JSON");

        Assert.Equal(42.5, _publisher.Published[0].Json().GetProperty("price").GetDouble());
        Assert.Equal(new Quote("x", 42.5), _publisher.Published[0].Json<Quote>());
        Assert.Throws<JsonException>(() => _publisher.Published[1].Json());
        Assert.Equal("x at 42.5", _publisher.Published[0].AsQuoteText());
    }

    [Fact]
    [Trait("Parity", "110")]
    public async Task Instances_KnowNothingOfEachOther()
    {
        var other = new RecordingPublisher();
        _publisher.StartRecording();
        other.StartRecordingTypes("price");

        await PublishAsync("a", "1");
        await other.PublishTextAsync("a", "2", "price", TestContext.Current.CancellationToken);

        Assert.Equal(["1"], Texts());
        Assert.Equal(["2"], other.Published.Select(recorded => recorded.Text));
    }

    [Fact]
    public async Task AnswerWith_EveryPublishIsAnsweredSoAndNothingRecorded()
    {
        _publisher.StartRecording();
        _publisher.AnswerWith = PublishAnswer.Refused(PublishOutcome.Overloaded, "Too much.", TimeSpan.FromSeconds(2));

        var answer = await PublishAsync("a", "1");

        Assert.Equal((PublishOutcome.Overloaded, TimeSpan.FromSeconds(2)), (answer.Outcome, answer.RetryAfter));
        Assert.Empty(_publisher.Published);
    }

    [Fact]
    public async Task AddSseFabricRecordingPublisher_TakesThePlaceOfTheApplicationsPublisher()
    {
        var services = new ServiceCollection();
        services.AddSseFabricHttpPublisher().AddSseFabricRecordingPublisher();
        await using var provider = services.BuildServiceProvider();
        var recorder = provider.GetRequiredService<RecordingPublisher>();
        recorder.StartRecording();

        await provider.GetRequiredService<IChannelPublisher>().PublishTextAsync("a", "1", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("1", Assert.Single(recorder.Published).Text);
    }

    private ValueTask<PublishAnswer> PublishAsync(string channel, string text, string type = NewEvent.DefaultType) =>
        _publisher.PublishTextAsync(channel, text, type, TestContext.Current.CancellationToken);

    private IEnumerable<string> Texts() => _publisher.Published.Select(recorded => recorded.Text);
}

internal sealed record Quote(string Name, double Price);

internal static class QuoteExtensions
{
    public static string AsQuoteText(this RecordedEvent recorded) =>
        recorded.Json<Quote>() is { } quote ? FormattableString.Invariant($"{quote.Name} at {quote.Price}") : "";
}
