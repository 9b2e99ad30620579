-- reviewer-load.lua: counts one message that interrupts a person, unless there have been enough. The same message counts once.
--
-- KEYS[1] messages of the last day (zset: message -> instant)   KEYS[2] counts of one local day (hash: reviewer -> count)
-- KEYS[3] clock offset
-- ARGV[1] message   ARGV[2] reviewer   ARGV[3] most within an hour, "" for no bound   ARGV[4] most on the day
-- ARGV[5] "1" to honour the clock offset   ARGV[6] how long the day's counts are kept, in ms
--
-- Returns 1 where it was counted (now or before), 0 where there have been enough.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[5] == '1' then now = now + tonumber(redis.call('GET', KEYS[3]) or '0') end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 1 end
local function ms(number) return string.format('%.0f', number) end
-- A retry of a message that was counted must find it: a day is longer than any message is tried.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms(now - 86400000))
if ARGV[3] ~= '' then
  if redis.call('ZCOUNT', KEYS[1], '(' .. ms(now - 3600000), '+inf') >= tonumber(ARGV[3]) then return 0 end
  if tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or '0') >= tonumber(ARGV[4]) then return 0 end
end
redis.call('ZADD', KEYS[1], ms(now), ARGV[1])
redis.call('PEXPIRE', KEYS[1], 2 * 86400000)
redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return 1
