-- Reads a channel of redisse's at one moment.
-- KEYS: 1 the sorted set, 2 the counter. ARGV: 1 the most frames.
-- Returns how many frames the set has, the counter (or 0), and the newest frames in the order of their numbers.
return { redis.call('ZCARD', KEYS[1]), tonumber(redis.call('GET', KEYS[2]) or '0'), redis.call('ZRANGE', KEYS[1], -tonumber(ARGV[1]), -1) }
