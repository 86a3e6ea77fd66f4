-- Publishes events as redisse does, each a ready frame with the next number of the counter as its id; one step for everybody who reads or writes.
--
-- KEYS: 1 the counter, 2 the sorted set of the channel's last frames, 3 where the idempotency key is remembered, if there is one.
-- ARGV: 1 the Redis channel, 2 retained frames, 3 how long the set lives (ms; empty: for ever), 4 how long an idempotency key is remembered (ms),
--       5 the number of events, then for each: what stands in its frame before the id line, and after it.
-- Returns "last number:subscriptions that heard of it:1 if the set took the frames:1 if an earlier publish had the idempotency key".
local counter, set = KEYS[1], KEYS[2]
if KEYS[3] then
  local last = redis.call('GET', KEYS[3])
  if last then
    return last .. ':0:1:1'
  end
end

-- As with redisse, a key of another type keeps events out of the history, and not from those who listen.
local kind = redis.call('TYPE', set).ok
local records = kind == 'zset' or kind == 'none'
local events = tonumber(ARGV[5])
local last = redis.call('INCRBY', counter, events)
local heard = 0
for event = 1, events do
  local number = string.format('%.0f', last - events + event)
  local frame = ARGV[4 + 2 * event] .. 'id: ' .. number .. '\n' .. ARGV[5 + 2 * event]
  heard = redis.call('PUBLISH', ARGV[1], frame)
  if records then
    redis.call('ZADD', set, number, frame)
  end
end

if records then
  redis.call('ZREMRANGEBYRANK', set, 0, -1 - math.max(1, tonumber(ARGV[2])))
  if ARGV[3] ~= '' then
    redis.call('PEXPIRE', set, ARGV[3])
  end
end

if KEYS[3] then
  redis.call('SET', KEYS[3], string.format('%.0f', last), 'PX', ARGV[4])
end

return string.format('%.0f:%d:%d:0', last, heard, records and 1 or 0)
