-- How many messages have been published on this server since it started, without the fabric's own announcements: "run id:reset:count".
-- Equal at two moments: nothing was published between them.
-- In a Redis Cluster a node counts its own alone: nothing can be said.
if string.find(redis.call('INFO', 'cluster'), 'cluster_enabled:1', 1, true) then
  return false
end

local statistics = redis.call('INFO', 'commandstats')
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local calls = string.match(statistics, 'cmdstat_publish:calls=(%d+)') or '0'
local announced = redis.call('GET', 'ssefabric:announced') or '0'

-- The one figure that a CONFIG RESETSTAT doesn't put back to what it was: the time that it took itself. Known since Redis 7.
local reset = string.match(statistics, 'cmdstat_config|resetstat:calls=%d+,usec=(%d+)') or ''
return string.format('%s:%s:%.0f', run, reset, tonumber(calls) - tonumber(announced))
