-- step-up.lua: tries a one-time code. Five wrong ones spend it, and so does the right one.
--
-- KEYS[1] the code (hash: hash, expiresAt, tries)   KEYS[2] clock offset
-- ARGV[1] hash of what was entered   ARGV[2] most tries   ARGV[3] "1" to honour the clock offset
--
-- Returns {"right"} | {"wrong", tries left} | {"expired"} where there is none, it is too old, or it was tried too often.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[3] == '1' then now = now + tonumber(redis.call('GET', KEYS[2]) or '0') end
local kept = redis.call('HMGET', KEYS[1], 'hash', 'expiresAt')
if not kept[1] or now >= tonumber(kept[2]) then return { 'expired' } end
local tries = redis.call('HINCRBY', KEYS[1], 'tries', 1)
if tries > tonumber(ARGV[2]) then return { 'expired' } end
if kept[1] == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return { 'right' }
end
return { 'wrong', tonumber(ARGV[2]) - tries }
