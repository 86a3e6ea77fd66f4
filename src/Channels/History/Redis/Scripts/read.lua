-- Reads a channel's state and a page of its stream at one moment, and tells those who append without being its owner how much the owner retains.
-- KEYS: 1 the stream, 2 its state. ARGV: 1 the id to read from, exclusive; empty: from the start, 2 the most entries, 3 the owner's bounds
--       ("count bytes age", the age in ms), 4 how long the state lives at least (ms).
-- Returns head, trimmed, epochs, mark (each empty if there is none), and the entries, each an id and its fields.
local stream, state = KEYS[1], KEYS[2]
local has = redis.call('HMGET', state, 'head', 'trimmed', 'epochs', 'mark', 'bounds')
if has[5] ~= ARGV[3] then
  -- Refused by a server that is full: it can be read all the same.
  redis.pcall('HSET', state, 'bounds', ARGV[3])
  redis.pcall('PEXPIRE', state, ARGV[4])
end

local from = '-'
if ARGV[1] ~= '' then
  local dash = string.find(ARGV[1], '-', 1, true)
  from = string.format('%s-%.0f', string.sub(ARGV[1], 1, dash - 1), tonumber(string.sub(ARGV[1], dash + 1)) + 1)
end

local entries = redis.call('XRANGE', stream, from, '+', 'COUNT', ARGV[2])
local head = has[1]
if not head then
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  head = last[1] and last[1][1]
end

return { head or '', has[2] or '', has[3] or '', has[4] or '', entries }
