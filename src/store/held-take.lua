-- held-take.lua: takes the boxes whose messages are due, each under a lease: a taker that dies gives its box back by itself.
--
-- KEYS[1] boxes by the instant at which they go out (zset)   KEYS[2] clock offset
-- ARGV[1] "1" to honour the clock offset   ARGV[2] most boxes   ARGV[3] lease in ms
--
-- Returns {now, box...}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[1] == '1' then now = now + tonumber(redis.call('GET', KEYS[2]) or '0') end
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[2])
for _, box in ipairs(due) do redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[3]), box) end
return { string.format('%.0f', now), unpack(due) }
