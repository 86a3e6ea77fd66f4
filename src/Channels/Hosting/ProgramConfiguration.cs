using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using SseFabric.Channels.Configuration;

namespace SseFabric.Channels.Hosting;

/// <summary>Puts the configuration together: command line over environment over <c>--config</c> over appsettings files.</summary>
internal static class ProgramConfiguration
{
    /// <summary>Reads all sources; what can't be read becomes an error, and the rest still counts so that its errors are told too.</summary>
    public static ProgramStart Read(CommandLine commandLine, FabricProgram program, ICollection<OptionError> errors)
    {
        var commands = new ConfigurationBuilder().AddInMemoryCollection(commandLine.Configuration).Build();
        var environment = new ConfigurationBuilder()
            .AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().Build();

        var environmentName = FirstOf(commands, environment, HostDefaults.EnvironmentKey) ?? Environments.Production;
        var contentRoot = Path.GetFullPath(FirstOf(commands, environment, HostDefaults.ContentRootKey) ?? ".");
        if (!Directory.Exists(contentRoot))
        {
            errors.Add(OptionError.OfValue(HostDefaults.ContentRootKey, contentRoot, "a directory that exists"));
            contentRoot = AppContext.BaseDirectory;
        }

        var all = new ConfigurationBuilder();
        foreach (var file in AppSettings(contentRoot, environmentName).Where(File.Exists))
        {
            AddFile(all, file, file, errors);
        }

        if (commandLine.ConfigFile is { } config)
        {
            AddFile(all, $"--{CommandLineOptions.Config}", config, errors);
        }

        var configuration = all.AddConfiguration(environment).AddConfiguration(commands).Build();
        if (RedisseEnvironment.Read(configuration, program, errors).ToList() is { Count: > 0 } redisse)
        {
            configuration = new ConfigurationBuilder().AddInMemoryCollection(redisse).AddConfiguration(configuration).Build();
        }

        return new ProgramStart(configuration, FabricOptionsReader.Read(configuration, program, errors), environmentName, contentRoot);
    }

    // The program's own defaults first, then the working directory's, which is where ASP.NET Core looks.
    private static IEnumerable<string> AppSettings(string contentRoot, string environmentName) =>
        from directory in new[] { AppContext.BaseDirectory, contentRoot }.Select(Path.TrimEndingDirectorySeparator).Distinct()
        from name in new[] { "appsettings.json", $"appsettings.{environmentName}.json" }
        select Path.Combine(directory, name);

    private static void AddFile(ConfigurationBuilder all, string key, string file, ICollection<OptionError> errors)
    {
        try
        {
            using var stream = File.OpenRead(file);
            all.AddConfiguration(new ConfigurationBuilder().AddJsonStream(stream).Build());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add(OptionError.OfValue(key, file, $"a file that can be read ({e.Message})"));
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException or InvalidDataException)
        {
            errors.Add(OptionError.OfValue(key, file, $"a file with a JSON object ({(e.InnerException ?? e).Message.TrimEnd('.')})"));
        }
    }

    private static string? FirstOf(IConfiguration commands, IConfiguration environment, string key) =>
        commands[key] is { Length: > 0 } command ? command : environment[key] is { Length: > 0 } variable ? variable : null;
}
