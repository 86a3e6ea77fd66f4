namespace SseFabric.Channels.Configuration;

/// <summary>A piece of a <see cref="ChannelTemplate"/>.</summary>
/// <param name="Source">Where its text comes from.</param>
/// <param name="Text">The text itself, or the name of the query item, cookie or header.</param>
/// <param name="Group">The number of the group; 0: no group.</param>
public readonly record struct ChannelTemplatePart(ChannelTemplateSource Source, string Text, int Group = 0);
