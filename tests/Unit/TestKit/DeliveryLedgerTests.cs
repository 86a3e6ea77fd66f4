using SseFabric.TestKit.Delivery;

namespace SseFabric.Unit.TestKit;

[Trait("Suite", "Unit")]
public sealed class DeliveryLedgerTests
{
    private readonly DeliveryLedger _ledger = new();

    [Fact]
    public void Verify_EverythingOnceInOrder_FindsNothing()
    {
        var subscriber = Joined("a", "b");
        Deliver(subscriber, Publish("a", 3));
        Deliver(subscriber, Publish("b", 2));

        var report = _ledger.Verify();

        report.ThrowIfFaulty();
        Assert.Equal("1 subscribers, 5 published, 5 delivered, 0 lost, 0 gaps told; no faults", report.ToString());
        Assert.Equal(0, _ledger.Outstanding);
    }

    [Fact]
    public void Verify_EventsMissingInTheMiddle_IsALoss()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 6);
        Deliver(subscriber, payloads[0], payloads[1], payloads[5]);

        AssertFaults("Loss: s, channel a: 3..5 (3 events) never came between 2 and 6, not told");
    }

    [Fact]
    public void Verify_TailMissing_IsALoss()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 3);
        Deliver(subscriber, payloads[0], payloads[1]);

        Assert.Equal(1, _ledger.Outstanding);
        AssertFaults("Loss: s, channel a: 3 never came after 2, not told");
    }

    [Fact]
    public void Verify_NothingCame_IsALoss()
    {
        Joined("a");
        Publish("a", 2);

        AssertFaults("Loss: s, channel a: 1..2 (2 events) never came after 0, not told");
    }

    [Fact]
    public void Verify_ToldLoss_IsALossAllTheSame()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 3);
        Deliver(subscriber, payloads[0]);
        subscriber.Tell("a", "slow");
        Deliver(subscriber, payloads[2]);

        AssertFaults("Loss: s, channel a: 2 never came between 1 and 3, told as slow");
    }

    [Fact]
    public void Verify_EventTwice_IsARepeat()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 2);
        Deliver(subscriber, payloads[0], payloads[1], payloads[0]);

        AssertFaults("Repeat: s, channel a: 1 came again, after 2");
    }

    [Fact]
    public void Verify_EventAfterALaterOne_IsDisorderAndNoLoss()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 3);
        Deliver(subscriber, payloads[0], payloads[2], payloads[1]);

        AssertFaults("Disorder: s, channel a: 2 came after 3");
    }

    [Fact]
    public void Verify_LateEventTwice_IsDisorderAndRepeat()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 3);
        Deliver(subscriber, payloads[0], payloads[2], payloads[1], payloads[1]);

        AssertFaults("Disorder: s, channel a: 2 came after 3", "Repeat: s, channel a: 2 came again, after 3");
    }

    [Fact]
    public void Verify_GapToldWhereNothingIsMissing_IsUnexplained()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 2);
        Deliver(subscriber, payloads[0]);
        subscriber.Tell("a", "epoch");
        Deliver(subscriber, payloads[1]);
        subscriber.Tell("a", "slow");

        AssertFaults(
            "UnexplainedGap: s, channel a: a gap (slow) was told after 2, where nothing is missing",
            "UnexplainedGap: s, channel a: a gap (epoch) was told after 1, where nothing is missing");
    }

    [Fact]
    public void Verify_NeverPublished_IsForeign()
    {
        var subscriber = Joined("a");
        subscriber.Arrive(DeliveryPayload.Create("a", 1));

        AssertFaults("Foreign: s, channel a: 1 came, which was never published");
    }

    [Fact]
    public void Verify_AnotherChannel_IsForeign()
    {
        var subscriber = Joined("a");
        Deliver(subscriber, Publish("b", 1));
        subscriber.Tell("c", "epoch");

        AssertFaults(
            "Foreign: s, channel b: 1 came, and it didn't subscribe to that channel",
            "Foreign: s, channel c: a gap (epoch) was told, and it didn't subscribe to that channel");
    }

    [Fact]
    public void Verify_BrokenPayload_IsForeign()
    {
        var subscriber = Joined("a");
        subscriber.Arrive("c=a;n=1;t=5;..!");

        AssertFaults("Foreign: s, channel ?: a payload that nobody published: c=a;n=1;t=5;..!");
    }

    [Fact]
    public void Verify_JoinedLater_IsDueOnlyWhatCameAfter()
    {
        var before = Publish("a", 2);
        var subscriber = Joined("a");
        Deliver(subscriber, Publish("a", 1));

        _ledger.Verify().ThrowIfFaulty();
        Deliver(subscriber, before[1]);
        AssertFaults("Foreign: s, channel a: 2 came, published before it joined");
    }

    [Fact]
    public void VerifyExcept_ToldLossInTheWindow_IsFine()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 5);
        Deliver(subscriber, payloads[0]);
        subscriber.Tell("a", "epoch");
        Deliver(subscriber, payloads[4]);

        var report = _ledger.VerifyExcept(new LossWindow("a", 2, 4));

        report.ThrowIfFaulty();
        Assert.Equal(3, report.Lost);
        Assert.Equal(1, report.Told);
    }

    [Fact]
    public void VerifyExcept_UntoldLossInTheWindow_IsUntold()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 5);
        Deliver(subscriber, payloads[0], payloads[4]);

        AssertFaults([new LossWindow("a", 1, 5)], "UntoldLoss: s, channel a: 2..4 (3 events) never came between 1 and 5, and it was not told there");
    }

    [Fact]
    public void VerifyExcept_ToldAtAnotherPlace_IsUntold()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 5);
        Deliver(subscriber, payloads[0], payloads[2]);
        subscriber.Tell("a", "epoch");
        Deliver(subscriber, payloads[3], payloads[4]);

        AssertFaults([new LossWindow("a", 2, 3)], "UntoldLoss: s, channel a: 2 never came between 1 and 3, and it was not told there");
    }

    [Fact]
    public void VerifyExcept_ToldOfAnotherChannel_IsUntold()
    {
        var subscriber = Joined("a", "b");
        var payloads = Publish("a", 3);
        Deliver(subscriber, payloads[0]);
        subscriber.Tell("b", "epoch");
        Deliver(subscriber, payloads[2]);

        AssertFaults(
            [new LossWindow("a", 2, 2)],
            "UntoldLoss: s, channel a: 2 never came between 1 and 3, and it was not told there",
            "UnexplainedGap: s, channel b: a gap (epoch) was told after 0, where nothing is missing");
    }

    [Fact]
    public void VerifyExcept_LossReachingOutOfTheWindow_IsALoss()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 5);
        Deliver(subscriber, payloads[0]);
        subscriber.Tell("a", "epoch");
        Deliver(subscriber, payloads[4]);

        AssertFaults([new LossWindow("a", 2, 3)], "Loss: s, channel a: 4 never came between 1 and 5, told as epoch");
    }

    [Fact]
    public void VerifyExcept_EmptyWindow_AllowsATellingThere()
    {
        var subscriber = Joined("a");
        Deliver(subscriber, Publish("a", 1));
        subscriber.Tell("a", "epoch");
        Deliver(subscriber, Publish("a", 1));

        _ledger.VerifyExcept(new LossWindow("a", 2, 1)).ThrowIfFaulty();
        AssertFaults([new LossWindow("a", 3, 2)], "UnexplainedGap: s, channel a: a gap (epoch) was told after 1, where nothing is missing");
    }

    [Fact]
    public void ThrowIfFaulty_ManyFaults_ShowsTheFirstOnes()
    {
        var subscriber = Joined("a");
        var payloads = Publish("a", 1);
        for (var i = 0; i < 26; i++)
        {
            Deliver(subscriber, payloads);
        }

        var thrown = Assert.Throws<InvalidOperationException>(_ledger.Verify().ThrowIfFaulty);
        Assert.Contains("25 Repeat", thrown.Message, StringComparison.Ordinal);
        Assert.EndsWith("… and 5 more", thrown.Message, StringComparison.Ordinal);
    }

    private static void Deliver(LedgerSubscriber subscriber, params byte[][] payloads)
    {
        foreach (var payload in payloads)
        {
            subscriber.Arrive(payload);
        }
    }

    private LedgerSubscriber Joined(params string[] channels) => _ledger.Join("s", channels);

    private byte[][] Publish(string channel, int count) => [.. Enumerable.Range(0, count).Select(_ => _ledger.NextPayload(channel, 60))];

    private void AssertFaults(params string[] expected) => AssertFaults([], expected);

    private void AssertFaults(LossWindow[] windows, params string[] expected) =>
        Assert.Equal(expected, _ledger.VerifyExcept(windows).Faults.Select(fault => fault.ToString()));
}
