namespace SseFabric.Unit;

/// <summary>Runs a check on many random inputs; the failure names the seed that brings the same input again.</summary>
internal static class Seeds
{
    public static void Each(int count, Action<Random> check, int first = 1)
    {
        for (var seed = first; seed < first + count; seed++)
        {
            try
            {
                check(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
            }
        }
    }

    /// <summary>Bytes in which line breaks, colons and the words of the format are frequent.</summary>
    public static byte[] NextPayload(this Random random, int maxParts = 12)
    {
        string[] parts = ["\r", "\n", "\r\n", ":", " ", "data", "data: ", "id: 1\n", "event: x\r", "\uFEFF", "\0", "é", "x", "retry: 5\n", "\n\n"];
        var bytes = new List<byte>();
        for (var left = random.Next(maxParts + 1); left > 0; left--)
        {
            if (random.Next(4) == 0)
            {
                bytes.Add((byte)random.Next(256));
            }
            else
            {
                bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(parts[random.Next(parts.Length)]));
            }
        }

        return [.. bytes];
    }
}
