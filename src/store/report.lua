-- report.lua: notes that a person says an action was wrong: in its history, without changing what it is. Each person once.
--
-- KEYS[1] record (hash)   KEYS[2] history (list)   KEYS[3] reports of the action (hash: reviewer -> report)
-- KEYS[4] actions with reports (zset)   KEYS[5] clock offset
-- ARGV[1] action   ARGV[2] reviewer   ARGV[3] label and comment, as JSON   ARGV[4] states it may be in, as ",a,b,"
-- ARGV[5] "1" to honour the clock offset   ARGV[6] how long reports are kept, in ms
--
-- Returns "reported" | "again" (this person has before; the first stands) | "missing" | "state".

local record = redis.call('HMGET', KEYS[1], 'state', 'version', 'chain')
if not record[1] then return 'missing' end
if not string.find(ARGV[4], ',' .. record[1] .. ',', 1, true) then return 'state' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[5] == '1' then now = now + tonumber(redis.call('GET', KEYS[5]) or '0') end
local at = string.format('%.0f', now)
if redis.call('HSETNX', KEYS[3], ARGV[2], '{"at":' .. at .. ',"report":' .. ARGV[3] .. '}') == 0 then return 'again' end
redis.call('PEXPIRE', KEYS[3], ARGV[6])
local entry = '{"at":' .. at .. ',"version":' .. record[2] .. ',"event":"reported_wrong","to":' .. cjson.encode(record[1]) ..
  ',"by":' .. cjson.encode(ARGV[2]) .. ',"detail":' .. ARGV[3] .. '}'
redis.call('HSET', KEYS[1], 'chain', redis.sha1hex((record[3] or '') .. entry))
redis.call('RPUSH', KEYS[2], entry)
redis.call('ZADD', KEYS[4], at, ARGV[1])
return 'reported'
