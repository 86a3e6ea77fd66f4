using SseFabric.Client.Cli;

using var interruption = new Interruption();
return await CommandLine.RunAsync(args, interruption);
