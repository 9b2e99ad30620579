-- due.lua: takes actions that somebody must look at now, each under a lease: a taker that dies gives it back by itself.
--
-- KEYS[1] due index (zset)   KEYS[2] clock offset
-- ARGV[1] "1" to honour the clock offset   ARGV[2] most to take   ARGV[3] lease in ms
--
-- Returns {now, id...}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[1] == '1' then now = now + tonumber(redis.call('GET', KEYS[2]) or '0') end
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[2])
local lease = string.format('%.0f', now + ARGV[3])
local arguments = {}
for _, id in ipairs(due) do
  arguments[#arguments + 1] = lease
  arguments[#arguments + 1] = id
end
-- XX: an action that ended in the meantime must not come back.
if #arguments > 0 then redis.call('ZADD', KEYS[1], 'XX', unpack(arguments)) end
return { string.format('%.0f', now), unpack(due) }
