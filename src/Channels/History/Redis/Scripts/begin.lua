-- Begins an epoch, if it is newer than the state's, and notes how many messages the server had seen published before anything of it could be missed.
-- KEYS: 1 the state. ARGV: 1 the epoch, 2 the mark, or empty, 3 how long the state lives (ms).
local state = KEYS[1]
local head = redis.call('HMGET', state, 'head', 'epochs')
local epochs = head[2] or ''
if not head[1] or tonumber(string.match(head[1], '^%d+')) < tonumber(ARGV[1]) then
  if head[1] then
    local kept = {}
    for cursor in string.gmatch(epochs .. ' ' .. head[1], '%S+') do
      kept[#kept + 1] = cursor
    end
    epochs = table.concat(kept, ' ', math.max(1, #kept - 15))
  end
  redis.call('HSET', state, 'head', ARGV[1] .. '-0', 'epochs', epochs)
end
redis.call('HSET', state, 'mark', ARGV[2])
redis.call('PEXPIRE', state, ARGV[3])
return 1
