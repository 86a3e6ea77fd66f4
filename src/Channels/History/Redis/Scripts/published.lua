-- How many messages have been published on this server since it started, without the fabric's own announcements: "run id:count".
-- Equal at two moments: nothing was published between them.
-- In a Redis Cluster a node counts its own alone: nothing can be said.
if string.find(redis.call('INFO', 'cluster'), 'cluster_enabled:1', 1, true) then
  return false
end

local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local calls = string.match(redis.call('INFO', 'commandstats'), 'cmdstat_publish:calls=(%d+)') or '0'
local announced = redis.call('GET', 'ssefabric:announced') or '0'
return string.format('%s:%.0f', run, tonumber(calls) - tonumber(announced))
