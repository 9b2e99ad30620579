-- held-done.lua: takes messages out of a box that went out; what was put in meanwhile keeps the box, for its own instant.
--
-- KEYS[1] boxes by the instant at which they go out (zset)   KEYS[2] messages of the box (zset: message -> instant)
-- ARGV[1] box   ARGV[2..] messages
--
-- Returns how many are left.

if #ARGV > 1 then redis.call('ZREM', KEYS[2], unpack(ARGV, 2)) end
local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
if first[2] then redis.call('ZADD', KEYS[1], first[2], ARGV[1]) else redis.call('ZREM', KEYS[1], ARGV[1]) end
return redis.call('ZCARD', KEYS[2])
