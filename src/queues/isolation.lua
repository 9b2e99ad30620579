-- isolation.lua: lets a job that was running when its worker died run again, one such job at a time in each queue, and tells when it
-- has taken its worker along a second time. Those that died beside it wait their turn, and are never blamed for it.
--
-- KEYS[1] the job that runs alone now (string)   KEYS[2] jobs that were started alone and have not finished (hash: job -> deaths by then)
-- ARGV[1] "enter" | "keep" | "leave"   ARGV[2] job   ARGV[3] how long the lane is kept for a job that does not say so again, in ms
-- ARGV[4] how often the worker of the job has died so far, to enter
--
-- Returns "go" | "wait" | "guilty" (it was alone, and its worker died) | "kept" | "lost" (another one has the lane) | "left"

local holder = redis.call('GET', KEYS[1])
if ARGV[1] == 'leave' then
  redis.call('HDEL', KEYS[2], ARGV[2])
  if holder == ARGV[2] then redis.call('DEL', KEYS[1]) end
  return 'left'
end
if ARGV[1] == 'keep' then
  if holder ~= ARGV[2] then return 'lost' end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 'kept'
end
if holder and holder ~= ARGV[2] then return 'wait' end
-- Started alone before: it is guilty if its worker has died since, and not if it merely failed.
local before = tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or '')
if before and before < tonumber(ARGV[4]) then
  redis.call('HDEL', KEYS[2], ARGV[2])
  redis.call('DEL', KEYS[1])
  return 'guilty'
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
redis.call('PEXPIRE', KEYS[2], 86400000)
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 'go'
