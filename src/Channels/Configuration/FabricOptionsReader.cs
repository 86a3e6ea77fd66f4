using Microsoft.Extensions.Configuration;

namespace SseFabric.Channels.Configuration;

/// <summary>Reads the section <c>Fabric</c> strictly: nothing unknown, nothing unreadable, nothing impossible, and every error at once.</summary>
public static class FabricOptionsReader
{
    /// <summary>Reads the options for a program.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="program">The program that will run with them.</param>
    /// <param name="errors">Takes every error; the options can be used only if none was added.</param>
    /// <param name="configure">Changes what has been read, before it is checked. Null: nothing.</param>
    public static FabricOptions Read(
        IConfiguration configuration, FabricProgram program, ICollection<OptionError> errors, Action<FabricOptions>? configure = null)
    {
        var options = new FabricOptions();
        new OptionsBinder(errors).Bind(options, configuration.GetSection(FabricOptions.SectionName));
        configure?.Invoke(options);
        Check(options, program, errors);
        return options;
    }

    /// <summary>Checks options wherever they come from: ranges, forms, and what goes together.</summary>
    public static void Check(FabricOptions options, FabricProgram program, ICollection<OptionError> errors)
    {
        options.ReadRedisUrls();
        options.ApplyProfile();
        OptionsRanges.Check(options, FabricOptions.SectionName, errors);
        new FabricOptionsRules(options, program, errors).Check();
    }
}
