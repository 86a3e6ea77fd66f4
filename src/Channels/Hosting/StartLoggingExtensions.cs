using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SseFabric.Channels.Hosting;

/// <summary>What is logged while a program starts.</summary>
public static class StartLoggingExtensions
{
    // Each of these logs, with a stack trace, what then reaches ProgramRun as an exception.
    private static readonly string[] s_categories =
        ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel", "Orleans.Runtime.SiloLifecycleSubject", "Orleans.Runtime.Silo"];

    /// <summary>Leaves it to <see cref="ProgramRun"/> to tell why the program can't start, in one line. Who configures the log of a category gets it.</summary>
    public static void HideStackTracesOfStart(this IHostApplicationBuilder builder)
    {
        var progress = new StartProgress();
        builder.Services.AddSingleton(progress);
        foreach (var category in s_categories.Where(category => builder.Configuration[$"Logging:LogLevel:{category}"] is null))
        {
            builder.Logging.AddFilter(category, level => level >= LogLevel.Warning && (level == LogLevel.Warning || progress.IsStarted));
        }
    }
}
