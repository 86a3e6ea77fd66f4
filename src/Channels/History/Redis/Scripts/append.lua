-- Numbers events, appends them to a channel's stream, and trims it: one step for everybody who reads or writes.
--
-- KEYS: 1 the stream, 2 its state (a hash), 3… the owner's last append, if the writer is an owner, and the idempotency keys.
-- ARGV: 1 now (Unix ms), 2 retained events, 3 retained bytes, 4 retained age (ms); all three empty: as the owner last said,
--       5 epoch and 6 offset where the writer stands, 7 the place of the owner's last append among KEYS from the third (0: the writer is no owner),
--       8 the number of its append,
--       9 a channel to announce the append on and 10 what to say there; empty: none,
--       11 how long an idempotency key is remembered (ms), 12 the number of publishes, then for each:
--       the place of its idempotency key, counted likewise (0: none), the number of its events, and for each event: type, retry (ms or empty), flags, data.
-- Returns a line for each publish: "epoch:offset:0" with the offset before its first event, or for a repeat "epoch:offset:1" with that of its last;
-- and if the append is announced, a line with the number of subscriptions that heard of it.
--
-- State: head (the position after the last event), trimmed (the newest event that is gone), epochs (where earlier ones ended), bytes and oldest (of the
-- retained), bounds (count, bytes, age). An owner's last append is its number and what was returned: one that is sent again appends nothing, whatever
-- other owners have appended meanwhile.
local stream, state = KEYS[1], KEYS[2]
local now = ARGV[1]

local function split(cursor)
  local dash = string.find(cursor, '-', 1, true)
  return tonumber(string.sub(cursor, 1, dash - 1)), tonumber(string.sub(cursor, dash + 1))
end

local function join(epoch, offset)
  return string.format('%.0f-%.0f', epoch, offset)
end

-- As the fabric counts: a type in UTF-16.
local function size(kind, data)
  kind = kind == '' and 'message' or kind
  local _, continued = string.gsub(kind, '[\128-\191]', '')
  local _, wide = string.gsub(kind, '[\240-\247]', '')
  return string.len(data) + 2 * (string.len(kind) - continued + wide) + 128
end

-- Everything is read, and every key's type proven, before anything is written.
local has = redis.call('HMGET', state, 'head', 'trimmed', 'epochs', 'bytes', 'oldest', 'bounds')
local length = redis.call('XLEN', stream)
local seen = {}
for i = 3, #KEYS do
  seen[i - 2] = redis.call('GET', KEYS[i])
end

local owned = tonumber(ARGV[7])
if seen[owned] then
  local number, answer = string.match(seen[owned], '^(%d+)\n(.*)$')
  if number == ARGV[8] then
    return answer
  elseif tonumber(number) > tonumber(ARGV[8]) then
    return redis.error_reply('STALE append ' .. ARGV[8] .. ' came after append ' .. number)
  end
end

local maxCount, maxBytes, maxAge = ARGV[2], ARGV[3], ARGV[4]
local bounds = has[6]
if maxCount ~= '' then
  bounds = maxCount .. ' ' .. maxBytes .. ' ' .. maxAge
elseif bounds then
  maxCount, maxBytes, maxAge = string.match(bounds, '^(%d+) (%d+) (%d+)$')
else
  maxCount, maxBytes, maxAge = '100', '1048576', '3600000'
end
maxCount, maxBytes, maxAge = tonumber(maxCount), tonumber(maxBytes), tonumber(maxAge)

local head, trimmed, epochs = has[1], has[2], has[3] or ''
local bytes, oldest = tonumber(has[4] or '0'), tonumber(has[5] or now)
if not head and length > 0 then
  head = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1][1]
end

local epoch, offset = tonumber(ARGV[5]), tonumber(ARGV[6])
if epoch == 0 and not head then
  epoch = tonumber(now)
end
if head then
  local headEpoch, headOffset = split(head)
  if headEpoch > epoch then
    epoch, offset = headEpoch, headOffset
  elseif headEpoch == epoch then
    offset = math.max(offset, headOffset)
  else
    epochs = epochs .. ' ' .. head
  end
  if length == 0 and headOffset > 0 then
    trimmed, bytes, oldest = head, 0, tonumber(now)
  end
end
if length == 0 then
  bytes, oldest = 0, tonumber(now)
end

local replies = {}
local at = 13
local appended = 0
for publish = 1, tonumber(ARGV[12]) do
  local key, events = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  at = at + 2
  if key > 0 and string.match(seen[key] or '', '^%d+:%d+$') then
    replies[publish] = seen[key] .. ':1'
    at = at + 4 * events
  else
    replies[publish] = string.format('%.0f:%.0f:0', epoch, offset)
    for event = 1, events do
      local fields = { 'data', ARGV[at + 3], 'at', now }
      for index, name in ipairs({ 'type', 'retry', 'flags' }) do
        local value = ARGV[at + index - 1]
        if value ~= '' then
          fields[#fields + 1] = name
          fields[#fields + 1] = value
        end
      end
      offset = offset + 1
      redis.call('XADD', stream, join(epoch, offset), unpack(fields))
      bytes = bytes + size(ARGV[at], ARGV[at + 3])
      length = length + 1
      appended = appended + 1
      at = at + 4
    end
    if key > 0 then
      seen[key] = string.format('%.0f:%.0f', epoch, offset)
      redis.call('SET', KEYS[key + 2], seen[key], 'PX', ARGV[11])
    end
  end
end

while length > 1 and (length > maxCount or bytes > maxBytes or oldest < tonumber(now) - maxAge) do
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 2)
  local gone = {}
  for field = 1, #first[1][2], 2 do
    gone[first[1][2][field]] = first[1][2][field + 1]
  end
  redis.call('XDEL', stream, first[1][1])
  trimmed, bytes, length = first[1][1], bytes - size(gone.type or '', gone.data or ''), length - 1
  for field = 1, #first[2][2], 2 do
    if first[2][2][field] == 'at' then
      oldest = tonumber(first[2][2][field + 1])
    end
  end
end

local kept = {}
for cursor in string.gmatch(epochs, '%S+') do
  kept[#kept + 1] = cursor
end
epochs = table.concat(kept, ' ', math.max(1, #kept - 15))

local reply = table.concat(replies, '\n')
local fields = { 'head', join(epoch, offset), 'trimmed', trimmed or '', 'epochs', epochs, 'bytes', string.format('%.0f', bytes),
  'oldest', string.format('%.0f', oldest), 'bounds', bounds or '' }
if not bounds then
  fields[12] = string.format('%.0f %.0f %.0f', maxCount, maxBytes, maxAge)
end
redis.call('HSET', state, unpack(fields))
if owned > 0 then
  redis.call('SET', KEYS[owned + 2], ARGV[8] .. '\n' .. reply, 'PX', maxAge + 3600000)
end
redis.call('PEXPIRE', stream, math.max(60000, maxAge))
redis.call('PEXPIRE', state, maxAge + 3600000)

if ARGV[9] ~= '' and appended == 0 then
  reply = reply .. '\n0'
elseif ARGV[9] ~= '' then
  reply = reply .. '\n' .. redis.call('PUBLISH', ARGV[9], ARGV[10])
  -- So that this PUBLISH isn't taken for somebody's message. In a Redis Cluster the key may be another node's: there nothing is proven by counting.
  redis.pcall('INCR', 'ssefabric:announced')
end

return reply
