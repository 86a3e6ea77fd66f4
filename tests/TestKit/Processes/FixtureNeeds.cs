using System.Runtime.ExceptionServices;
using Xunit.Sdk;

namespace SseFabric.TestKit.Processes;

/// <summary>What a fixture needs from the machine. A fixture can't be skipped, it could only fail: it keeps the reason, and whoever asks for what it has is skipped.</summary>
public sealed class FixtureNeeds
{
    private ExceptionDispatchInfo? _skip;

    /// <summary>Starts what the fixture has, as far as there is what it needs.</summary>
    public async ValueTask StartAsync(Func<Task> start)
    {
        try
        {
            await start();
        }
        catch (SkipException skip)
        {
            _skip = ExceptionDispatchInfo.Capture(skip);
        }
    }

    /// <summary>A part that was started; without what it needs the test is skipped and says why.</summary>
    public T Of<T>(T? part)
        where T : class
    {
        _skip?.Throw();
        return part ?? throw new InvalidOperationException($"The fixture hasn't started its {typeof(T).Name}.");
    }
}
