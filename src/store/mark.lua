-- mark.lua: holds what a process knows of the number of changes against what is stored. Fewer are stored than somebody has seen
-- acknowledged: Redis has gone back in time (a truncated file, a lagging replica, a backup), and everything is held.
--
-- KEYS[1] mark (hash: seq: changes made; hold: why nothing may run, as JSON; expected: the highest number that anybody has seen;
--   missing: how many were found missing; lifted: until when executions ask the journal first; liftedAt; instance: id of this
--   installation)   KEYS[2] clock offset
-- ARGV[1] highest number that the caller has seen   ARGV[2] id for an installation that has none   ARGV[3] "1" to honour the clock offset
--
-- Returns {seq, hold or "", expected, missing, liftedAt or "", instance, now}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[3] == '1' then now = now + tonumber(redis.call('GET', KEYS[2]) or '0') end
local function text(number) return string.format('%.0f', number) end
local mark = redis.call('HMGET', KEYS[1], 'seq', 'hold', 'expected', 'missing', 'liftedAt', 'instance')
local seq, known = tonumber(mark[1] or '0'), tonumber(ARGV[1])
local hold, expected, missing = mark[2], tonumber(mark[3] or '0'), tonumber(mark[4] or '0')
if seq < known then
  expected, missing = math.max(expected, known), math.max(missing, known - seq)
  redis.call('HSET', KEYS[1], 'expected', text(expected), 'missing', text(missing))
  if not hold or not string.find(hold, 'storage_rewound', 1, true) then
    hold = '{"code":"storage_rewound","at":' .. text(now) .. '}'
    redis.call('HSET', KEYS[1], 'hold', hold)
  end
end
local instance = mark[6]
if not instance then
  instance = ARGV[2]
  redis.call('HSET', KEYS[1], 'instance', instance)
end
return { seq, hold or '', text(expected), text(missing), mark[5] or '', instance, text(now) }
