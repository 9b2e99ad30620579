-- isolation.lua: lets a job that was running when its worker died run again, one such job at a time in each queue, and tells when it
-- has taken its worker along a second time. Those that died beside it wait their turn, and are never blamed for it.
--
-- KEYS[1] the job that runs alone now (string)   KEYS[2] jobs that were started alone and have not finished (hash: job -> 1)
-- ARGV[1] "enter" | "leave"   ARGV[2] job   ARGV[3] how long a lane is kept for a job that does not come back, in ms
--
-- Returns "go" | "wait" | "guilty" (it was alone, and its worker died) | "left"

local holder = redis.call('GET', KEYS[1])
if ARGV[1] == 'leave' then
  redis.call('HDEL', KEYS[2], ARGV[2])
  if holder == ARGV[2] then redis.call('DEL', KEYS[1]) end
  return 'left'
end
if holder and holder ~= ARGV[2] then return 'wait' end
if redis.call('HSETNX', KEYS[2], ARGV[2], '1') == 0 then
  redis.call('HDEL', KEYS[2], ARGV[2])
  redis.call('DEL', KEYS[1])
  return 'guilty'
end
redis.call('PEXPIRE', KEYS[2], 86400000)
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 'go'
